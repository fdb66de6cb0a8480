/** All that the core knows of one service. Records are immutable; the maps are updated in place by `decide` alone. */
import type { Offer } from './offer/offer.ts';
import type { Evaluation } from './offer/outcome.ts';
import type { ConfigRecord } from './record/config.ts';
import type { InstanceRecord } from './record/instance.ts';
import type { RunRecord } from './record/run.ts';
import type { ServiceRecord } from './record/service.ts';
import type { StepRecord } from './record/step.ts';
import type { TaskRecord } from './record/task.ts';

/** Records live in the store under these names: `run/run-3`, `task/broker-0/server`. The root is `service`. */
export type State = {
  service: ServiceRecord | undefined;
  readonly configs: Map<string, ConfigRecord>;
  /** By instance name. */
  readonly instances: Map<string, InstanceRecord>;
  /** By instance name, then task name. */
  readonly tasks: Map<string, Map<string, TaskRecord>>;
  /** In the order of their creation; the newest last. */
  readonly runs: Map<string, RunRecord>;
  readonly steps: Map<string, StepRecord>;

  /** The rest is not stored: it is told anew by the engine, or derived from the records. */
  readonly offers: Map<string, Offer>;
  /** The last evaluations, newest last, bounded. */
  readonly evaluations: Evaluation[];
  readonly index: Index;
};

/** Derived from the records, so that an event costs what it touches and not what there is. */
export type Index = {
  /** Task id to its place. */
  readonly taskById: Map<string, { readonly instance: string; readonly name: string }>;
  /** Which unfinished step works on an instance now: two runs never work on one instance. */
  readonly owner: Map<string, string>;
  /** Steps of unfinished runs that want an instance, the owner included. */
  readonly claims: Map<string, Set<string>>;
  /** Steps that look for a place. */
  readonly unplaced: Set<string>;
  /** Ids of runs that have not ended. */
  readonly activeRuns: Set<string>;
  /** For each phase (`run-3.0`): how many of its steps are not COMPLETE. */
  readonly remaining: Map<string, number>;
  /** Pod name to agent id to how many instances have a reservation there. */
  readonly placed: Map<string, Map<string, number>>;
  /** Operation id to the step (or instance) that waits for its answer. */
  readonly operations: Map<string, { readonly stepId: string }>;
  /** When to look at a step (or `instance:<name>`) again. */
  readonly wakes: Map<string, number>;
  /** Questions and calls that were handed out and not answered yet. */
  readonly asked: Set<string>;
};
