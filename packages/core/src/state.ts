/** All that the core knows of one service. Records are immutable; the maps are updated in place by `decide` alone. */
import { Offers } from './offer/offers.ts';
import type { Evaluation } from './offer/outcome.ts';
import type { Tally } from './offer/tally.ts';
import type { ConfigRecord } from './record/config.ts';
import type { InstanceRecord } from './record/instance.ts';
import type { RunRecord } from './record/run.ts';
import type { ServiceRecord } from './record/service.ts';
import type { StepRecord } from './record/step.ts';
import type { TaskRecord } from './record/task.ts';
import type { Feature } from './spec/feature.ts';
import { Wakes } from './wakes.ts';

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
  readonly offers: Offers;
  /** What the engine can do. Absent: not told yet, nothing is refused for it. */
  features?: ReadonlySet<Feature>;
  /** Paths of the secrets that the service may read. Absent: not told yet, none is missed. */
  secrets?: ReadonlySet<string>;
  /** The last evaluations, newest last, bounded. */
  readonly evaluations: Evaluation[];
  /** Restored, and not told yet that the engine is connected: what is heard is kept, and nothing is done. */
  asleep: boolean;
  readonly index: Index;
};

/** Derived from the records, so that an event costs what it touches and not what there is. */
export type Index = {
  /** Task id to its place. */
  readonly taskById: Map<string, { readonly instance: string; readonly name: string }>;
  /** Which begun step works on an instance now: two runs never work on one instance. */
  readonly owner: Map<string, string>;
  /** Unfinished steps of active runs that want an instance, the owner included. */
  readonly claims: Map<string, Set<string>>;
  /** Steps that look for a place. */
  readonly unplaced: Set<string>;
  /** Ids of runs that have not ended. */
  readonly activeRuns: Set<string>;
  /** For each phase (`run-3.0`): how many of its steps are not COMPLETE, before which one all are, which have begun. */
  readonly progress: Map<string, { remaining: number; cursor: number; readonly begun: Set<string> }>;
  /** Pod name to agent id to the instances that have a reservation there. */
  readonly placed: Map<string, Map<string, Set<string>>>;
  /** Pod name to field to how many instances there are for each of its values: what placement rules count. */
  readonly tallies: Map<string, Map<string, Tally>>;
  /** Operations that the engine has not answered, by id: whose they are. */
  readonly operations: Map<string, { readonly instance: string; readonly taskIds: readonly string[] }>;
  /** Steps to look at again, at their time. */
  readonly wakes: Wakes;
  /** Steps whose question or call was handed out and not answered yet. */
  readonly asked: Set<string>;
  /** Asked steps beside which an instance has gone meanwhile: what their gates saw before may not be so any more. */
  readonly overtaken: Set<string>;
  /** The step that asks to stop what gates protect, or has stopped it: one at a time, whatever run it is in. */
  readonly disrupting: Set<string>;
  /** Steps whose kills may never have reached their tasks: their gates are asked again. */
  readonly unsure: Set<string>;
  /** Ids of tasks that were told to end, in this life of the server, and could hear it: they will. */
  readonly told: Set<string>;
  /** Releases of places left behind that the engine has not answered: operation id to reservation id. */
  readonly owed: Map<string, string>;
};

export function emptyState(): State {
  return {
    service: undefined,
    configs: new Map(),
    instances: new Map(),
    tasks: new Map(),
    runs: new Map(),
    steps: new Map(),
    offers: new Offers(),
    evaluations: [],
    asleep: false,
    index: {
      taskById: new Map(),
      owner: new Map(),
      claims: new Map(),
      unplaced: new Set(),
      activeRuns: new Set(),
      progress: new Map(),
      placed: new Map(),
      tallies: new Map(),
      operations: new Map(),
      wakes: new Wakes(),
      asked: new Set(),
      overtaken: new Set(),
      disrupting: new Set(),
      unsure: new Set(),
      told: new Set(),
      owed: new Map(),
    },
  };
}
