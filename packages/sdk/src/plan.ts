/** Plans written in code, for `spec` of a package, for plans that are made, and for phases that procedures add. */
import { recipeOf } from '@warder/core/recipe';
import type {
  ConfigChange,
  ConfigureStep,
  MadeStep,
  PhaseSpec,
  PhaseStrategy,
  PlanSpec,
  PlanStrategy,
  ServiceSpec,
  StepSpec,
  Where,
} from './index.ts';

export type StepOptions = {
  /** For people; the name of what is asked if absent. */
  readonly name?: string;
  /** For the instance of this number alone. */
  readonly index?: number;
  readonly args?: unknown;
};

export type WaitOptions = StepOptions & {
  /** How long the probe must stay open. */
  readonly soakMs?: number;
  /** Beyond it the run is paused. */
  readonly deadlineMs?: number;
};

export type PhaseOptions = Omit<PhaseSpec, 'name' | 'steps' | 'strategy'> & { readonly strategy?: PhaseStrategy };

/** Launch these tasks of an instance together. */
export const launch = (...tasks: readonly string[]): StepSpec => ({ kind: 'launch', tasks });

/** Give up the place of the instance, with its volumes, and launch these tasks of it empty where it is said. */
export const replace = (where: Where, ...tasks: readonly string[]): StepSpec => ({
  kind: 'launch',
  tasks,
  replace: where,
});

/** End every task of the instance; its place and volumes stay. */
export const stop = (): StepSpec => ({ kind: 'stop' });

/** Destroy the volumes of the stopped instance, and give back its place. */
export const release = (): StepSpec => ({ kind: 'release' });

export type CallOptions = StepOptions & {
  /** Why its run cannot be rolled back once the call has begun. */
  readonly oneWay?: string;
};

/** Call a procedure of the package. */
export const call = (procedure: string, { name = procedure, ...options }: CallOptions = {}): StepSpec => ({
  kind: 'call',
  name,
  procedure,
  ...options,
});

/** Ask a probe of the package until it is open. */
export const wait = (probe: string, { name = probe, ...options }: WaitOptions = {}): StepSpec => ({
  kind: 'wait',
  name,
  probe,
  ...options,
});

/** Wait for a person, who is told this. */
export const approve = (text: string, name = 'approve'): StepSpec => ({ kind: 'approve', name, text });

/** Of plans that are made: change the configuration as an update would, and wait for it. */
export const configure = (name: string, change: ConfigChange): ConfigureStep => ({ kind: 'configure', name, change });

/** Without steps: all tasks of each instance of its pod. Serial, unless it says otherwise. */
export const phase = <Step extends MadeStep = StepSpec>(
  name: string,
  { strategy = 'serial', ...options }: PhaseOptions,
  ...steps: readonly Step[]
): Omit<PhaseSpec, 'steps'> & { readonly steps?: readonly Step[] } => ({
  name,
  strategy,
  ...options,
  ...(steps.length === 0 ? {} : { steps }),
});

export const plan = (name: string, strategy: PlanStrategy, ...phases: readonly PhaseSpec[]): PlanSpec => ({
  name,
  strategy,
  phases,
});

/** The spec with this plan, in place of the one of its name if there is one. */
export const withPlan = (spec: ServiceSpec, added: PlanSpec): ServiceSpec => ({
  ...spec,
  plans: spec.plans.some(({ name }) => name === added.name)
    ? spec.plans.map((each) => (each.name === added.name ? added : each))
    : [...spec.plans, added],
});

/**
 * The spec with a plan changed: one of its own, or the `deploy` or `update` that Warder would make.
 *
 * @throws when there is no such plan
 * @example
 * // A person looks before the last node is updated.
 * changePlan(spec, 'update', (update) => ({ ...update, phases: [...update.phases, phase('look', {}, approve('Well?'))] }))
 */
export const changePlan = (spec: ServiceSpec, name: string, change: (plan: PlanSpec) => PlanSpec): ServiceSpec => {
  const found = recipeOf(spec, name);
  if (found === undefined) throw new Error(`there is no plan ${name} to be changed`);
  return withPlan(spec, { ...change(found), name });
};
