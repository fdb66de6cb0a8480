import type { Moment } from '../event.ts';
import type { ConfigContents, Where } from '../spec/plan.ts';
import type { FieldDiff } from './run.ts';

/**
 *     PENDING --> WAITING --> PREPARED --> STARTING --> STARTED --> COMPLETE
 *                    (gate)      |  ^         |            |
 *                                v  |         v            v
 *                              DELAYED <-----(a task failed)
 *
 * WAITING: held at a gate or an approval before anything was changed. PREPARED: stopping what must stop, or looking
 * for a place. STARTING: the launch was handed to the engine, or the call to the package. STARTED: it runs; readiness
 * and the gates after it are awaited. DELAYED: waits out a backoff. ERROR: cannot go on without a person.
 */
export type StepStatus = 'PENDING' | 'WAITING' | 'PREPARED' | 'STARTING' | 'STARTED' | 'DELAYED' | 'COMPLETE' | 'ERROR';

/** One unit of a run's work. */
export type StepRecord = {
  /** `run-12.0.3`: run, phase index, step index. */
  readonly id: string;
  readonly runId: string;
  /** `broker-0:[server]`. */
  readonly name: string;
  readonly work: Work;
  readonly status: StepStatus;
  /** What it waits for, in words a person can act on, and since when. */
  readonly reason?: { readonly text: string; readonly sinceMs: number };
  /** Why the step is in the run: for an update, the fields that differ. */
  readonly diff: readonly FieldDiff[];
  /** Its gate asked for the other steps of the phase to go first. */
  readonly deferred: boolean;
  /** It has stopped what gates protect: until it is complete no other step of the service may do so. */
  readonly disrupts?: boolean;
  readonly startedMs?: number;
  readonly endedMs?: number;
  /** When a person asked for it again. */
  readonly restartedMs?: number;
  /** How often it launched, since a person asked for it again, or called. */
  readonly attempts: number;
  /** Task ids of the current launch attempt, by task name. Absent until a launch was handed out. */
  readonly launched?: Readonly<Record<string, string>>;
  /** For a replace: the old reservation is gone and fenced, a new one may be made. */
  readonly released?: boolean;
  /** Gates before it that were open when asked; what was seen before a restart of the server is asked again. */
  readonly passed: readonly Moment[];
  /** Of a `call`: what it answered. */
  readonly result?: unknown;
  /** Of a `configure`: the run that brings the configuration. */
  readonly childId?: string;
  /** Who let an `approve` step pass. */
  readonly approved?: { readonly by: string; readonly ms: number };
  /** Since when everything that a soak looks at has been good. Looked at anew after a restart of the server. */
  readonly soakingMs?: number;
  readonly forced?: { readonly by: string; readonly ms: number; readonly risk: string };
};

export type Work =
  /**
   * Bring the named tasks of one pod instance to their goal with a configuration: stop what shares their resources,
   * place, start, wait until ready. `restart`: also tasks that already run with that configuration.
   * `replace`: give back its resources first and start empty, perhaps elsewhere. `force`: pass the gates before.
   */
  | {
      readonly kind: 'launch';
      readonly instance: string;
      readonly tasks: readonly string[];
      readonly configId: string;
      readonly restart: boolean;
      readonly replace: boolean;
      /** Of a replace: where its new place may be. Its old one is not given back before there is room. */
      readonly where?: Where;
      readonly force: boolean;
      /** Tasks that have finished run once more, where they did not in this very run. */
      readonly again?: boolean;
      readonly soakMs?: number;
      /** A canary: when it fails again and again, or is not ready for so long, its run is rolled back. */
      readonly undoMs?: number;
    }
  /** Stop the tasks of an instance (none named: every one), when the gates of these moments allow, and keep its place. */
  | {
      readonly kind: 'stop';
      readonly instance: string;
      readonly tasks?: readonly string[];
      readonly gates: readonly Moment[];
    }
  /** Destroy the volumes of a stopped instance, give back its resources and forget it. */
  | { readonly kind: 'release'; readonly instance: string }
  /** Call a procedure of the package, at least once. `live`: it gives the instance the live values of the run's config. */
  | {
      readonly kind: 'call';
      readonly procedure: string;
      readonly instance?: string;
      readonly args: unknown;
      readonly live: boolean;
      readonly oneWay?: string;
    }
  /** Ask a probe of the package until it has been open for `soakMs`. Beyond the deadline the run is paused. */
  | {
      readonly kind: 'wait';
      readonly probe: string;
      readonly instance?: string;
      readonly args: unknown;
      readonly soakMs: number;
      readonly deadlineMs?: number;
      readonly undo?: boolean;
    }
  /** Make this the target configuration, and wait until the run that brings it is complete. */
  | {
      readonly kind: 'configure';
      readonly instance?: undefined;
      readonly config: ConfigContents;
      readonly oneWay?: string;
    }
  /** Wait for a person. */
  | { readonly kind: 'approve'; readonly instance?: string; readonly text: string };

export type LaunchWork = Extract<Work, { kind: 'launch' }>;
