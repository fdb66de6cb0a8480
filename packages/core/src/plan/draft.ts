/** From recipes to runs: which steps there are, and what each of them does. Pure: nothing is written here. */
import type { Moment } from '../event.ts';
import type { ConfigRecord } from '../record/config.ts';
import type { Cause, FieldDiff } from '../record/run.ts';
import type { Work } from '../record/step.ts';
import type { PhaseSpec, PlanSpec, StepSpec } from '../spec/plan.ts';
import { instancesOf } from '../spec/instance.ts';
import type { PodSpec } from '../spec/pod.ts';
import { deployLists, stepsFor } from './recipe.ts';
import type { PhaseDraft, RunDraft, StepDraft } from './run.ts';

/** How the launch steps of a draft are meant. */
export type Manner = {
  /** Why an instance is in the run; undefined leaves it out. */
  readonly whyOf: (instance: string, pod: PodSpec, index: number) => readonly FieldDiff[] | undefined;
  readonly restart: boolean;
  /** The first launch of each instance gives back its place first. */
  readonly replace: boolean;
  readonly force: boolean;
  /** Tasks that have finished before run once more. */
  readonly again: boolean;
  /** Of all instances of a pod only this one. */
  readonly only?: { readonly pod: string; readonly index: number };
};

export const plainly: Manner = { whyOf: () => [], restart: false, replace: false, force: false, again: false };

/** Every step of a recipe, whether it has anything to do or not: a step with nothing to do completes at once. */
export const draftOf = (recipe: PlanSpec, config: ConfigRecord, cause: Cause, manner: Manner): RunDraft => ({
  plan: recipe.name,
  cause,
  configId: config.id,
  strategy: recipe.strategy,
  phases: recipe.phases.map((phase) => phaseOf(phase, config, manner)),
});

export function phaseOf(phase: PhaseSpec, config: ConfigRecord, manner: Manner): PhaseDraft {
  const pod = config.spec.pods.find(({ name }) => name === phase.pod);
  const steps =
    pod === undefined
      ? stepsFor(phase, undefined, 0).flatMap((step) => stepOf(step, [], manner))
      : indexesOf(pod, manner).flatMap((index) => instanceSteps(phase, pod, index, config, manner));
  return {
    name: phase.name,
    strategy: phase.strategy,
    ...(phase.after === undefined ? {} : { after: phase.after }),
    ...(phase.cleanup === true ? { cleanup: true } : {}),
    steps,
  };
}

const indexesOf = (pod: PodSpec, { only }: Manner): readonly number[] =>
  only?.pod === pod.name ? [only.index] : only === undefined ? instancesOf(pod) : [];

function instanceSteps(
  phase: PhaseSpec,
  pod: PodSpec,
  index: number,
  config: ConfigRecord,
  manner: Manner,
): readonly StepDraft[] {
  const instance = `${pod.name}-${index}`;
  const why = manner.whyOf(instance, pod, index);
  if (why === undefined) return [];
  let first = true;
  return stepsFor(phase, pod, index).flatMap((step): readonly StepDraft[] => {
    if (step.kind !== 'launch') return stepOf(step, why, manner, instance);
    const replaces = step.replace !== undefined;
    const work: Work = {
      kind: 'launch',
      instance,
      tasks: step.tasks,
      configId: config.id,
      restart: replaces || (manner.restart && first),
      replace: replaces || (manner.replace && first),
      ...(step.replace === undefined ? {} : { where: step.replace }),
      force: manner.force,
      ...(manner.again ? { again: true } : {}),
      ...(phase.soakMs === undefined ? {} : { soakMs: phase.soakMs }),
    };
    first = !manner.replace && first;
    return [{ name: launchName(instance, step.tasks), diff: why, work }];
  });
}

export const launchName = (instance: string, tasks: readonly string[]): string => `${instance}:[${tasks.join(', ')}]`;

function stepOf(step: StepSpec, why: readonly FieldDiff[], { force }: Manner, instance?: string): readonly StepDraft[] {
  const about = instance === undefined ? {} : { instance };
  const named = (name: string, work: Work): readonly StepDraft[] => [
    { name: instance === undefined ? name : `${instance}:${name}`, diff: why, work },
  ];
  switch (step.kind) {
    case 'launch':
      return [];
    case 'stop':
      return instance === undefined ? [] : [stopStep(instance, { gates: force ? [] : ['stop'] })];
    case 'release':
      return instance === undefined ? [] : [releaseStep(instance)];
    case 'call':
      return named(step.name, {
        kind: 'call',
        procedure: step.procedure,
        ...about,
        args: step.args ?? {},
        live: false,
        ...(step.oneWay === undefined ? {} : { oneWay: step.oneWay }),
      });
    case 'wait':
      return named(step.name, {
        kind: 'wait',
        probe: step.probe,
        ...about,
        args: step.args ?? {},
        soakMs: step.soakMs ?? 0,
        ...(step.deadlineMs === undefined ? {} : { deadlineMs: step.deadlineMs }),
        ...(step.undo === true ? { undo: true } : {}),
      });
    case 'approve':
      return named(step.name, { kind: 'approve', ...about, text: step.text });
    case 'configure':
      return named(step.name, {
        kind: 'configure',
        config: step.config,
        ...(step.oneWay === undefined ? {} : { oneWay: step.oneWay }),
      });
    default:
      return step satisfies never;
  }
}

export const stopStep = (
  instance: string,
  { tasks = [], gates = [] }: { readonly tasks?: readonly string[]; readonly gates?: readonly Moment[] },
): StepDraft => ({
  name: tasks.length === 0 ? `stop-${instance}` : `stop-${instance}:[${tasks.join(', ')}]`,
  diff: [],
  work: { kind: 'stop', instance, ...(tasks.length === 0 ? {} : { tasks }), gates },
});

export const releaseStep = (instance: string): StepDraft => ({
  name: `release-${instance}`,
  diff: [],
  work: { kind: 'release', instance },
});

/** What is done to one instance: its part of the spec's recipe of that name, or else what is `usual`. */
export function draftInstance(
  config: ConfigRecord,
  about: { readonly plan: string; readonly pod: string; readonly index: number; readonly cause: Cause },
  manner: Omit<Manner, 'only'>,
  usual: readonly PhaseDraft[],
): RunDraft {
  const { plan, pod, index, cause } = about;
  const recipe = config.spec.plans.find(({ name }) => name === plan);
  const own = recipe?.phases.filter((phase) => phase.pod === pod || phase.pod === undefined) ?? [];
  const phases = own.some((phase) => phase.pod === pod)
    ? own.map((phase) => phaseOf(phase, config, { ...manner, only: { pod, index } }))
    : usual;
  return { plan, cause, configId: config.id, strategy: recipe?.strategy ?? 'serial', phases };
}

/** As the deploy plan launches the tasks of an instance, one phase. */
export function deployPhase(config: ConfigRecord, pod: PodSpec, index: number, manner: Manner): PhaseDraft {
  const steps = deployLists(config.spec, pod, index).map((tasks) => ({ kind: 'launch' as const, tasks }));
  const name = `${pod.name}-${index}`;
  return {
    ...phaseOf({ name, pod: pod.name, strategy: 'serial', steps }, config, {
      ...manner,
      only: { pod: pod.name, index },
    }),
  };
}
