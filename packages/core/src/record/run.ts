import type { Strategy } from '../spec/plan.ts';

/** One execution of a plan: durable, resumed at the exact step after a crash. */
export type RunRecord = {
  /** `run-12`. */
  readonly id: string;
  /** The name of the plan it executes: deploy, update, recovery, restart, replace, uninstall, or one of the spec's. */
  readonly plan: string;
  readonly cause: Cause;
  readonly strategy: Strategy;
  readonly phases: readonly RunPhase[];
  readonly configId: string;
  readonly createdMs: number;
  /** No new step begins while this is set; work already begun goes on. */
  readonly paused?: Pause;
  readonly ended?: { readonly ms: number; readonly how: 'COMPLETE' | 'CANCELLED' | 'SUPERSEDED'; readonly by?: string };
};

export type RunPhase = {
  readonly name: string;
  readonly strategy: Strategy;
  /** Ids of its steps, in order; each is a record of its own. */
  readonly stepIds: readonly string[];
  readonly paused?: Pause;
};

export type Pause = { readonly by: string; readonly sinceMs: number; readonly reason?: string };

/** Who or what started a run, and why, field by field. */
export type Cause = {
  /** `user` names, or `warder` for what the scheduler starts by itself. */
  readonly by: string;
  readonly text: string;
  readonly diff: readonly FieldDiff[];
};

/** A change of one field: `pods.broker.tasks.server.env.HEAP`, or `...server.properties#log.retention.ms`. */
export type FieldDiff = { readonly path: string; readonly from?: unknown; readonly to?: unknown };
