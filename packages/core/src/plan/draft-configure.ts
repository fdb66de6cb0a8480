/** What has to be done so that every instance has the target configuration. */
import { gapOf, liveGapOf } from '../change/gap.ts';
import type { Moment } from '../event.ts';
import type { ConfigRecord } from '../record/config.ts';
import type { InstanceRecord } from '../record/instance.ts';
import type { Cause } from '../record/run.ts';
import type { Work } from '../record/step.ts';
import { hasInstance } from '../spec/instance.ts';
import type { PlanStrategy } from '../spec/plan.ts';
import type { Roll } from '../request.ts';
import type { State } from '../state.ts';
import { isEnded } from '../task/state.ts';
import { hasFailed, isUnwell } from '../task/unwell.ts';
import { draftInstance, phaseOf, plainly, releaseStep, stopStep } from './draft.ts';
import type { Manner } from './draft.ts';
import { deployLists, recipeOf, wantedTasks } from './recipe.ts';
import { arrange } from './roll.ts';
import type { PhaseDraft, RunDraft, StepDraft } from './run.ts';

/**
 * The first configuration deploys; a later one brings live values to the tasks that can take them, rolls the
 * instances that must restart, and takes down what the spec does not want any more.
 */
export function draftConfigure(state: State, config: ConfigRecord, cause: Cause, roll?: Roll): RunDraft {
  const deployed = state.service?.deployed === true;
  const recipe = recipeOf(config.spec, deployed ? 'update' : 'deploy');
  if (recipe === undefined) throw new Error('there is always a recipe for deploy and update');
  const whyOf: Manner['whyOf'] = (name, pod, index) => {
    const gap = gapOf(state, config, name, deployLists(config.spec, pod, index).flat());
    // Every step of a deploy is there from its beginning to its end, whatever was deployed of it before.
    return deployed ? gap : [];
  };
  const drafts = recipe.phases.map((phase) => phaseOf(phase, config, { ...plainly, whyOf }));
  const rolled = new Set(
    drafts.flatMap(({ steps }) => steps.flatMap(({ work }) => (work.kind === 'launch' ? [work.instance] : []))),
  );
  const live = liveSteps(state, config);
  // An instance that rolls gets its live values afterwards: it may be down, and the roll what brings it back.
  const before = live.filter(({ work }) => !rolled.has(work.instance ?? ''));
  const after = live.filter(({ work }) => rolled.has(work.instance ?? ''));
  const gone = decommissionPhases(state, config, cause);
  // What is not wanted and does not run either goes at once, for gates of the others might wait for it; and holds up
  // nothing, for its own may wait for what the rolls mend.
  const broken = gone.filter(({ instance }) => hasFailed(state, instance));
  const unwanted = unwantedSteps(state, config);
  // With nothing to roll, what the recipe does besides would be done for nothing.
  const keepsEmpty = !deployed || recipe.strategy === 'dependency';
  const usual = !deployed || rolled.size > 0 ? drafts.filter(({ steps }) => keepsEmpty || steps.length > 0) : [];
  const rolls = roll === undefined || !deployed ? usual : arrange(usual, roll, (instance) => isUnwell(state, instance));
  const around = live.length + gone.length + unwanted.length > 0;
  const phases = [
    ...phaseIf('live', before),
    ...rolls,
    ...phaseIf('switched-off', unwanted),
    ...phaseIf('live-rolled', after),
    ...gone.filter((each) => !broken.includes(each)).flatMap((each) => each.phases),
  ];
  const draft = { plan: deployed ? 'update' : 'deploy', cause, configId: config.id };
  if (broken.length === 0 && (!around || recipe.strategy === 'serial'))
    return { ...draft, strategy: recipe.strategy, phases };
  // Around a recipe that is not serial the rest still goes before and after it: as phases that depend on each other.
  const ordered = inOrder(phases, rolls, recipe.strategy);
  return {
    ...draft,
    strategy: 'dependency',
    phases: [...broken.flatMap((each) => inOrder(each.phases, [], 'serial')), ...ordered],
  };
}

/** The phases before the rolls, the rolls as their recipe orders them, and the phases after them. */
function inOrder(
  phases: readonly PhaseDraft[],
  rolls: readonly PhaseDraft[],
  strategy: PlanStrategy,
): readonly PhaseDraft[] {
  const names = new Set(rolls.map(({ name }) => name));
  const before: string[] = [];
  const done: string[] = [];
  return phases.map((phase) => {
    if (rolls.includes(phase)) {
      // What has nothing to do is not in the run.
      const own = strategy === 'serial' ? [...done] : (phase.after ?? []).filter((name) => names.has(name));
      done.push(phase.name);
      return { ...phase, after: [...before, ...own] };
    }
    const after = [...before, ...done];
    (done.length === 0 ? before : done).push(phase.name);
    return { ...phase, after };
  });
}

const phaseIf = (name: string, steps: readonly StepDraft[]): readonly PhaseDraft[] =>
  steps.length === 0 ? [] : [{ name, strategy: 'serial', steps }];

/**
 * Also for instances that roll: a value that was set live outlives the file that says otherwise. Not for a task that has
 * never run: nobody would answer, and it starts with them.
 */
function liveSteps(
  state: State,
  config: ConfigRecord,
): readonly (StepDraft & { readonly work: Extract<Work, { kind: 'call' }> })[] {
  return [...state.instances.values()].toSorted(byName).flatMap((instance) => {
    const have = state.tasks.get(instance.name);
    const gaps = liveGapOf(state, config, instance).filter(({ task }) => have?.has(task));
    return gaps.map(({ task, procedure, set, unset, diff }) => ({
      name: `${instance.name}-${task}:${procedure}`,
      diff,
      work: { kind: 'call' as const, procedure, instance: instance.name, args: { set, unset }, live: true },
    }));
  });
}

/** Tasks that run though no plan launches them any more: a part of the spec was switched off. */
function unwantedSteps(state: State, config: ConfigRecord): readonly StepDraft[] {
  return [...state.instances.values()].toSorted(byName).flatMap(({ name, pod: podName, index }) => {
    const pod = config.spec.pods.find((other) => other.name === podName);
    if (pod === undefined || !hasInstance(pod, index)) return [];
    const wanted = wantedTasks(config.spec, pod, index);
    const tasks = [...(state.tasks.get(name)?.values() ?? [])]
      .filter((task) => !isEnded(task.state) && !wanted.has(task.name))
      .map((task) => task.name);
    return tasks.length === 0 ? [] : [{ ...stopStep(name, { tasks, gates: ['stop'] }) }];
  });
}

export const byName = (a: InstanceRecord, b: InstanceRecord): number =>
  a.pod === b.pod ? a.index - b.index : a.pod < b.pod ? -1 : 1;

/** Pods that the spec does not know any more first, then shrunk ones in reverse order, the highest index first. */
function decommissionPhases(
  state: State,
  config: ConfigRecord,
  cause: Cause,
): readonly { readonly instance: string; readonly phases: readonly PhaseDraft[] }[] {
  const order = (pod: string): number => config.spec.pods.findIndex(({ name }) => name === pod);
  const specs = new Map(config.spec.pods.map((pod) => [pod.name, pod]));
  return [...state.instances.values()]
    .filter(({ pod, index }) => !hasInstance(specs.get(pod), index))
    .toSorted((a, b) => {
      if (a.pod === b.pod) return b.index - a.index;
      const [left, right] = [order(a.pod), order(b.pod)];
      if (left === -1 && right === -1) return a.pod < b.pod ? -1 : 1;
      return left === -1 ? -1 : right === -1 ? 1 : right - left;
    })
    .map((instance) => ({ instance: instance.name, phases: decommission(state, config, instance, cause) }));
}

function decommission(
  state: State,
  config: ConfigRecord,
  instance: InstanceRecord,
  cause: Cause,
): readonly PhaseDraft[] {
  const { name, pod, index } = instance;
  const title = `decommission-${name}`;
  const end = [stopStep(name, { gates: toTheEnd }), releaseStep(name)];
  // A pod that is not in the spec any more goes as the spec that made it says.
  const own = config.spec.pods.some((other) => other.name === pod) ? config : state.configs.get(instance.configId);
  if (own === undefined) return [{ name: title, strategy: 'serial', steps: end }];
  const about = { plan: 'decommission', pod, index, cause };
  const drafted = draftInstance(own, about, plainly, [{ name: title, strategy: 'serial', steps: end }]);
  const phases = drafted.phases.map((phase) => ({ ...phase, steps: phase.steps.map(forGood) }));
  const released = phases.some(({ steps }) => steps.some(({ work }) => work.kind === 'release'));
  const [first] = phases;
  if (first?.name === title) return phases;
  return [
    ...phases.map((phase) => ({ ...phase, name: `${title}-${phase.name}` })),
    ...(released ? [] : [{ name: title, strategy: 'serial' as const, steps: end }]),
  ];
}

/** Of what stops for good the volumes are destroyed: that must be safe before it stops. */
const toTheEnd: readonly Moment[] = ['stop', 'replace'];

const forGood = (step: StepDraft): StepDraft =>
  step.work.kind === 'stop' ? { ...step, work: { ...step.work, gates: toTheEnd } } : step;

/** What the spec says to do first; then pods stop in the reverse order of their start, and every place is given back. */
export function draftUninstall(state: State, config: ConfigRecord, cause: Cause): RunDraft {
  const pods = [
    ...new Set([...config.spec.pods.map(({ name }) => name), ...[...state.instances.values()].map(({ pod }) => pod)]),
  ];
  const instances = [...state.instances.values()].toSorted(byName);
  const first = config.spec.plans.find(({ name }) => name === 'uninstall')?.phases ?? [];
  return {
    plan: 'uninstall',
    cause,
    configId: config.id,
    strategy: 'serial',
    phases: [
      // What is taken down for good needs no gate: nothing has to be safe without it.
      ...first.map((phase) => phaseOf(phase, config, { ...plainly, force: true })),
      ...pods.toReversed().map((pod) => ({
        name: `stop-${pod}`,
        strategy: 'parallel' as const,
        steps: instances.filter((instance) => instance.pod === pod).map(({ name }) => stopStep(name, {})),
      })),
      { name: 'release', strategy: 'parallel', steps: instances.map(({ name }) => releaseStep(name)) },
    ],
  };
}
