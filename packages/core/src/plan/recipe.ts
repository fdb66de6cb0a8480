/** Which plans a spec has, and which tasks they launch in which order. */
import { hasInstance } from '../spec/instance.ts';
import type { PhaseSpec, PlanSpec, StepSpec } from '../spec/plan.ts';
import type { PodSpec } from '../spec/pod.ts';
import type { ServiceSpec } from '../spec/service.ts';

/** Recipes for one instance at a time; nobody starts them by name. */
const INSTANCE_PLANS: ReadonlySet<string> = new Set(['recovery', 'replace', 'decommission']);

/** Everything else that Warder starts by itself or by a request of its own. */
const OWN_PLANS: ReadonlySet<string> = new Set([...INSTANCE_PLANS, 'uninstall', 'restart', 'pause', 'resume', 'drain']);

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

/** It is made for an occasion, so nobody starts it by name. */
export const isOwnPlan = (name: string): boolean => OWN_PLANS.has(name);

/** The steps of a phase for one instance, or for none where the phase has no pod. */
export function stepsFor(phase: PhaseSpec, pod: PodSpec | undefined, index: number): readonly StepSpec[] {
  if (phase.steps === undefined) {
    return pod === undefined ? [] : together(pod).map((tasks) => ({ kind: 'launch', tasks }));
  }
  const own = phase.steps.filter((step) => step.index === index);
  const steps = own.length > 0 ? own : phase.steps.filter((step) => step.index === undefined);
  return steps.filter((step) => step.kind !== 'launch' || step.tasks.length > 0);
}

/** The tasks of an instance as the deploy plan launches them, step after step; for a pod that it leaves out, all. */
export function deployLists(spec: ServiceSpec, pod: PodSpec, index: number): readonly (readonly string[])[] {
  const phases = recipeOf(spec, 'deploy')?.phases.filter((phase) => phase.pod === pod.name) ?? [];
  return phases.length === 0 ? together(pod) : phases.flatMap((phase) => launchLists(phase, pod, index));
}

/** The tasks of an instance that any plan launches: what a switched-off part of the spec leaves out is not among them. */
export function wantedTasks(spec: ServiceSpec, pod: PodSpec, index: number): ReadonlySet<string> {
  const lists = spec.plans
    .flatMap(({ phases }) => phases)
    .filter((phase) => phase.pod === pod.name)
    .flatMap((phase) => launchLists(phase, pod, index));
  return new Set([...lists, ...deployLists(spec, pod, index)].flat());
}

/** Whether an installed service has this task without anybody starting a plan: its deploy, or its update, launches it. */
export const isDeployed = (spec: ServiceSpec, pod: PodSpec, index: number, task: string): boolean =>
  ['deploy', 'update']
    .flatMap((plan) => recipeOf(spec, plan)?.phases ?? [])
    .filter((phase) => phase.pod === pod.name)
    .some((phase) => launchLists(phase, pod, index).flat().includes(task));

const launchLists = (phase: PhaseSpec, pod: PodSpec, index: number): readonly (readonly string[])[] =>
  stepsFor(phase, pod, index).flatMap((step) => (step.kind === 'launch' ? [step.tasks] : []));

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

/** What in these phases the spec does not have, in words; undefined when all is there. */
export function wrongWith(spec: ServiceSpec, phases: readonly PhaseSpec[]): string | undefined {
  for (const phase of phases) {
    const { name, pod: podName, steps = [], after = [], cleanup } = phase;
    const pod = spec.pods.find((other) => other.name === podName);
    if (podName !== undefined && pod === undefined)
      return `phase ${name} names the pod ${podName}, which the spec has not`;
    const lost = after.find((other) => !phases.some((phase) => phase.name === other));
    if (lost !== undefined) return `phase ${name} comes after ${lost}, which is not there`;
    const unclean = cleanup === true ? notForCleanup(phase) : undefined;
    if (unclean !== undefined) return `phase ${name} cleans up, and ${unclean}: only calls and waits do that`;
    for (const step of steps) {
      if (pod === undefined && (step.kind === 'launch' || step.kind === 'stop' || step.kind === 'release'))
        return `phase ${name} has a ${step.kind} step but no pod`;
      const unknown =
        step.kind === 'launch' ? step.tasks.find((task) => !pod?.tasks.some((has) => has.name === task)) : undefined;
      if (unknown !== undefined) return `phase ${name} launches ${unknown}, which the pod ${podName} has not`;
      if (step.index !== undefined && !hasInstance(pod, step.index))
        return `phase ${name} names ${podName}-${step.index}, which the spec has not`;
    }
  }
  return undefined;
}

/** Whoever gives up a run must be able to count on its cleanup: it neither wants an instance nor waits for a person. */
function notForCleanup({ steps, strategy }: PhaseSpec): string | undefined {
  if (strategy !== 'serial' && strategy !== 'parallel') return `its strategy is ${strategy}`;
  if (steps === undefined) return 'launches tasks';
  const other = steps.find((step) => step.kind !== 'call' && (step.kind !== 'wait' || step.undo === true));
  return other === undefined ? undefined : `has a step of the kind ${other.kind}`;
}
