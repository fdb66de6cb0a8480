import type { PhaseStrategy, PlanStrategy } from '../spec/plan.ts';

/** One execution of a plan: durable, resumed at the exact step after a crash. */
export type RunRecord = {
  /** `run-12`. */
  readonly id: string;
  /** The name of the plan it executes: deploy, update, recovery, restart, replace, uninstall, or one of the spec's. */
  readonly plan: string;
  readonly cause: Cause;
  readonly strategy: PlanStrategy;
  readonly phases: readonly RunPhase[];
  readonly configId: string;
  /** Of deploy and update: what was the target before, and is again after a roll back. */
  readonly fromConfigId?: string;
  /** The `configure` step that it works for. */
  readonly parentId?: string;
  /** Environment of every task that it launches. */
  readonly params?: Readonly<Record<string, string>>;
  readonly createdMs: number;
  /** No new step begins while this is set; work already begun goes on. */
  readonly paused?: Pause;
  /** It is given up, and has not ended yet: of what it has, only the cleanup phases go on. */
  readonly ending?: { readonly ms: number; readonly how: RunEnd; readonly by?: string };
  /** Runs that it takes the place of: nothing of it begins before they have cleaned up. */
  readonly afterIds?: readonly string[];
  readonly ended?: { readonly ms: number; readonly how: RunEnd; readonly by?: string };
  /** What it could not take away, since nobody answers there or a person would not wait: for people to see to. */
  readonly leftBehind?: readonly string[];
};

/** ROLLED_BACK: it was cancelled, and a run that undoes it has begun. */
export type RunEnd = 'COMPLETE' | 'CANCELLED' | 'SUPERSEDED' | 'ROLLED_BACK';

export type RunPhase = {
  readonly name: string;
  readonly strategy: PhaseStrategy;
  /** In the ids of its steps, where that is not its place in the run: others were put before it. */
  readonly number?: number;
  /** The step that has added it. */
  readonly addedBy?: string;
  /** Its steps are done also when the run is given up. */
  readonly cleanup?: true;
  /** Its steps may take down what gates protect at the same time: each was asked with all of the others away. */
  readonly together?: boolean;
  /** Names of the phases that must be complete before it, where the run's strategy is `dependency`. */
  readonly after?: readonly string[];
  /** Of a canary phase: how often a person has let it go on (no more than twice), and when for the first time. */
  readonly resumed?: { readonly times: number; readonly firstMs: number };
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
  /** Who starts something by itself names the occasion: one occasion starts one run, also after a crash. */
  readonly key?: string;
};

/** A change of one field: `pods.broker.tasks.server.env.HEAP`, or `...server.properties#log.retention.ms`. */
export type FieldDiff = { readonly path: string; readonly from?: unknown; readonly to?: unknown };
