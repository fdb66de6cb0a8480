import type { Offer } from './offer/offer.ts';
import type { Exit, TaskState } from './record/task.ts';
import type { Request } from './request.ts';
import type { PhaseSpec } from './spec/plan.ts';

/** What the core is told. Level, not edge: a lost, late or doubled event does no harm. */
export type Event =
  /** The state was (re)loaded and the engine is connected: look at everything again. */
  | { readonly type: 'started' }
  | { readonly type: 'offer'; readonly offer: Offer }
  | { readonly type: 'status'; readonly status: TaskStatus }
  /** The engine's answer to a launch or a release. */
  | { readonly type: 'operation'; readonly operationId: string; readonly ok: boolean; readonly reason?: string }
  | { readonly type: 'gate'; readonly stepId: string; readonly moment: Moment; readonly answer: GateAnswer }
  | { readonly type: 'probe'; readonly stepId: string; readonly answer: ProbeAnswer }
  | { readonly type: 'result'; readonly stepId: string; readonly result: CallResult }
  | { readonly type: 'request'; readonly requestId: string; readonly by: string; readonly request: Request }
  /** The paths of all secrets that the service may read, now. */
  | { readonly type: 'secrets'; readonly paths: readonly string[] }
  /** Time has passed: see `wakeMs`. */
  | { readonly type: 'tick' };

/** When a gate is asked: before an instance is stopped, before its volumes are destroyed, after it started. */
export type Moment = 'stop' | 'replace' | 'start';

export type GateAnswer = {
  readonly open: boolean;
  /** Why it is closed, or what was seen to open it. */
  readonly reason: string;
  /** Closed, but the other pending steps of the phase may go first (the active controller goes last). */
  readonly defer?: boolean;
};

/** What a probe that a `wait` step asks says. */
export type ProbeAnswer = {
  readonly open: boolean;
  readonly reason: string;
  /** Closed, and waiting will not open it: something is wrong. */
  readonly failed?: boolean;
};

export type CallResult =
  /** `phases`: phases that the procedure adds after its own one, `last`: to the end of its run. */
  | {
      readonly ok: true;
      readonly value: unknown;
      readonly phases?: readonly PhaseSpec[];
      readonly last?: readonly PhaseSpec[];
    }
  | { readonly ok: false; readonly reason: string };

/** What an engine says of one task. */
export type TaskStatus = {
  readonly taskId: string;
  readonly agentId: string;
  readonly state: Exclude<TaskState, 'LAUNCHING'>;
  readonly ready: boolean;
  readonly healthy?: boolean;
  readonly exit?: Exit;
  /** For people: progress while staging, or what went wrong. */
  readonly message?: string;
};
