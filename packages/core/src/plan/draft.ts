/** From the spec to runs: what has to be done so that every instance has the target configuration. */
import { gapOf, liveGapOf } from '../change/gap.ts';
import type { ConfigRecord } from '../record/config.ts';
import type { InstanceRecord } from '../record/instance.ts';
import type { Cause, FieldDiff } from '../record/run.ts';
import type { Work } from '../record/step.ts';
import type { PhaseSpec, PlanSpec } from '../spec/plan.ts';
import type { PodSpec } from '../spec/pod.ts';
import type { ServiceSpec } from '../spec/service.ts';
import type { State } from '../state.ts';
import { isEnded } from '../task/state.ts';
import type { PhaseDraft, RunDraft, StepDraft } from './run.ts';

/** The spec's own recipe of that name, or the generated one: a serial phase for each pod, in the order of the file. */
export function recipeOf(spec: ServiceSpec, name: string): PlanSpec | undefined {
  const own = spec.plans.find((plan) => plan.name === name);
  if (own !== undefined) return own;
  if (name === 'update') return recipeOf(spec, 'deploy');
  if (name !== 'deploy') return undefined;
  return {
    name,
    strategy: 'serial',
    phases: spec.pods.map((pod) => ({ name: pod.name, pod: pod.name, strategy: 'serial' })),
  };
}

/** Every step of a recipe, whether it has anything to do or not: a step with nothing to do completes at once. */
export function draftOf(recipe: PlanSpec, config: ConfigRecord, cause: Cause, restart = false): RunDraft {
  return {
    plan: recipe.name,
    cause,
    configId: config.id,
    strategy: recipe.strategy,
    phases: recipe.phases.map((phase) => ({
      name: phase.name,
      strategy: phase.strategy,
      steps: stepsOf(phase, config, () => [], restart),
    })),
  };
}

type WhyOf = (instance: string, pod: PodSpec, index: number) => readonly FieldDiff[] | undefined;

/** `whyOf` gives the reason for which an instance is in the run; undefined leaves it out. */
function stepsOf(phase: PhaseSpec, config: ConfigRecord, whyOf: WhyOf, restart: boolean): readonly StepDraft[] {
  const pod = config.spec.pods.find(({ name }) => name === phase.pod);
  if (pod === undefined) return [];
  return Array.from({ length: pod.count }, (_, index) => index).flatMap((index) => {
    const instance = `${pod.name}-${index}`;
    const why = whyOf(instance, pod, index);
    if (why === undefined) return [];
    return taskListsOf(phase, pod, index).map((tasks) => ({
      name: `${instance}:[${tasks.join(', ')}]`,
      diff: why,
      work: { kind: 'launch' as const, instance, tasks, configId: config.id, restart, replace: false, force: false },
    }));
  });
}

/** The tasks of an instance as the deploy plan launches them, step after step; for a pod that it leaves out, all. */
export function deployLists(spec: ServiceSpec, pod: PodSpec, index: number): readonly (readonly string[])[] {
  const phases = recipeOf(spec, 'deploy')?.phases.filter((phase) => phase.pod === pod.name) ?? [];
  return phases.length === 0 ? together(pod) : phases.flatMap((phase) => taskListsOf(phase, pod, index));
}

function taskListsOf(phase: PhaseSpec, pod: PodSpec, index: number): readonly (readonly string[])[] {
  if (phase.steps === undefined) return together(pod);
  const own = phase.steps.filter((step) => step.index === index);
  const steps = own.length > 0 ? own : phase.steps.filter((step) => step.index === undefined);
  return steps.map(({ tasks }) => tasks);
}

/** All tasks at once, but those that share resources one after the other, in the order of the file. */
function together(pod: PodSpec): readonly (readonly string[])[] {
  const lists: { readonly names: string[]; readonly sets: Set<string> }[] = [];
  for (const { name, resourceSet } of pod.tasks) {
    let last = lists.at(-1);
    if (last === undefined || last.sets.has(resourceSet)) {
      last = { names: [], sets: new Set() };
      lists.push(last);
    }
    last.names.push(name);
    last.sets.add(resourceSet);
  }
  return lists.map(({ names }) => names);
}

/**
 * The first configuration deploys; a later one brings live values to the tasks that can take them, rolls the
 * instances that must restart, and takes down what the spec does not want any more.
 */
export function draftConfigure(state: State, config: ConfigRecord, cause: Cause): RunDraft {
  const deployed = state.service?.deployed === true;
  const recipe = recipeOf(config.spec, deployed ? 'update' : 'deploy');
  if (recipe === undefined) throw new Error('there is always a recipe for deploy and update');
  const whyOf: WhyOf = (name, pod, index) => {
    const gap = gapOf(state, config, name, deployLists(config.spec, pod, index).flat());
    // Every step of a deploy is there from its beginning to its end, whatever was deployed of it before.
    return deployed ? gap : [];
  };
  const rolls = recipe.phases
    .map((phase) => ({ name: phase.name, strategy: phase.strategy, steps: stepsOf(phase, config, whyOf, false) }))
    .filter(({ steps }) => !deployed || steps.length > 0);
  const rolled = new Set(
    rolls.flatMap(({ steps }) => steps.map(({ work }) => ('instance' in work ? work.instance : ''))),
  );
  const live = liveSteps(state, config);
  // An instance that rolls gets its live values afterwards: it may be down, and the roll what brings it back.
  const before = live.filter(({ work }) => !rolled.has(work.instance ?? ''));
  const after = live.filter(({ work }) => rolled.has(work.instance ?? ''));
  const gone = decommissionPhases(state, config);
  // What is not wanted and does not run either goes at once: gates of the others might wait for it.
  const broken = gone.filter(({ steps }) =>
    steps.some(({ work }) => 'instance' in work && hasFailed(state, work.instance ?? '')),
  );
  return {
    plan: deployed ? 'update' : 'deploy',
    cause,
    configId: config.id,
    strategy: live.length + gone.length > 0 ? 'serial' : recipe.strategy,
    phases: [
      ...broken,
      ...(before.length === 0 ? [] : [{ name: 'live', strategy: 'serial' as const, steps: before }]),
      ...rolls,
      ...(after.length === 0 ? [] : [{ name: 'live-rolled', strategy: 'serial' as const, steps: after }]),
      ...gone.filter((phase) => !broken.includes(phase)),
    ],
  };
}

const hasFailed = (state: State, instance: string): boolean =>
  [...(state.tasks.get(instance)?.values() ?? [])].some((task) => isEnded(task.state) && task.state !== 'FINISHED');

const hasTasks = (state: State, instance: string): boolean => (state.tasks.get(instance)?.size ?? 0) > 0;

/** Also for instances that roll: a value that was set live outlives the file that says otherwise. */
function liveSteps(
  state: State,
  config: ConfigRecord,
): readonly (StepDraft & { readonly work: Extract<Work, { kind: 'call' }> })[] {
  return [...state.instances.values()].toSorted(byName).flatMap((instance) => {
    if (!hasTasks(state, instance.name)) return [];
    return liveGapOf(state, config, instance).map(({ task, procedure, set, unset, diff }) => ({
      name: `${instance.name}-${task}:${procedure}`,
      diff,
      work: { kind: 'call' as const, procedure, instance: instance.name, args: { set, unset }, live: true },
    }));
  });
}

const byName = (a: InstanceRecord, b: InstanceRecord): number =>
  a.pod === b.pod ? a.index - b.index : a.pod < b.pod ? -1 : 1;

/** Pods that the spec does not know any more first, then shrunk ones in reverse order, the highest index first. */
function decommissionPhases(state: State, config: ConfigRecord): readonly PhaseDraft[] {
  const order = (pod: string): number => config.spec.pods.findIndex(({ name }) => name === pod);
  return [...state.instances.values()]
    .filter(({ pod, index }) => index >= (config.spec.pods.find(({ name }) => name === pod)?.count ?? 0))
    .toSorted((a, b) => {
      if (a.pod === b.pod) return b.index - a.index;
      const [left, right] = [order(a.pod), order(b.pod)];
      if (left === -1 && right === -1) return a.pod < b.pod ? -1 : 1;
      return left === -1 ? -1 : right === -1 ? 1 : right - left;
    })
    .map(({ name }) => ({
      name: `decommission-${name}`,
      strategy: 'serial',
      steps: [stopStep(name), releaseStep(name)],
    }));
}

const stopStep = (instance: string): StepDraft => ({
  name: `stop-${instance}`,
  diff: [],
  work: { kind: 'stop', instance },
});

const releaseStep = (instance: string): StepDraft => ({
  name: `release-${instance}`,
  diff: [],
  work: { kind: 'release', instance },
});

/** Pods stop in the reverse order of their start; then every place is given back. */
export function draftUninstall(state: State, config: ConfigRecord, cause: Cause): RunDraft {
  const pods = [
    ...new Set([...config.spec.pods.map(({ name }) => name), ...[...state.instances.values()].map(({ pod }) => pod)]),
  ];
  const instances = [...state.instances.values()].toSorted(byName);
  return {
    plan: 'uninstall',
    cause,
    configId: config.id,
    strategy: 'serial',
    phases: [
      ...pods.toReversed().map((pod) => ({
        name: `stop-${pod}`,
        strategy: 'parallel' as const,
        steps: instances.filter((instance) => instance.pod === pod).map(({ name }) => stopStep(name)),
      })),
      { name: 'release', strategy: 'parallel', steps: instances.map(({ name }) => releaseStep(name)) },
    ],
  };
}
