/** What a launch step has to start, and what has to make room for it. */
import type { Context } from '../context.ts';
import type { LaunchWork, StepRecord } from '../record/step.ts';
import type { TaskRecord } from '../record/task.ts';
import { hasInstance } from '../spec/instance.ts';
import type { PodSpec } from '../spec/pod.ts';
import type { TaskSpec } from '../spec/task.ts';
import { isAtGoal, isEnded } from '../task/state.ts';
import { placeOf } from './step.ts';
import { podNameOf } from './up-to-date.ts';

export type Params = NonNullable<TaskRecord['params']>;

/** It may have been decommissioned while the step waited for its turn. */
export function isWanted({ state }: Context, instance: string): boolean {
  const target = state.configs.get(state.service?.targetConfigId ?? '');
  const pod = target?.spec.pods.find(({ name }) => name === podNameOf(instance));
  return hasInstance(pod, Number(instance.slice(instance.lastIndexOf('-') + 1)));
}

/** Tasks that hold resources which the tasks to launch need, and that have not ended. */
export function mustStop(context: Context, step: StepRecord, work: LaunchWork, pod: PodSpec): readonly TaskRecord[] {
  const all = [...(context.state.tasks.get(work.instance)?.values() ?? [])].filter(({ state }) => !isEnded(state));
  if (work.replace && step.released !== true) return all;
  const launching = toLaunch(context, step, work, pod);
  const names = new Set(launching.map(({ name }) => name));
  const sets = new Set(launching.map(({ resourceSet }) => resourceSet));
  const setOf = (name: string): string | undefined => pod.tasks.find((task) => task.name === name)?.resourceSet;
  // A task that the configuration does not know any more would hold its resources for ever.
  return all.filter(({ name }) => names.has(name) || setOf(name) === undefined || sets.has(setOf(name) ?? ''));
}

export function toLaunch(context: Context, step: StepRecord, work: LaunchWork, pod: PodSpec): readonly TaskSpec[] {
  const have = context.state.tasks.get(work.instance);
  const { run } = placeOf(context, step);
  return pod.tasks.filter(({ name, goal }) => {
    if (!work.tasks.includes(name)) return false;
    const task = have?.get(name);
    if (task === undefined) return true;
    if (goal === 'RUNNING') {
      if (work.restart || !isAtGoal(task, goal, work.configId)) return true;
      return run.params !== undefined && !sameParams(task.params, run.params);
    }
    const mine = task.runId === run.id && task.launchedMs >= (step.restartedMs ?? 0);
    return !isAtGoal(task, goal, work.configId) || (work.again === true && !mine);
  });
}

function sameParams(a: Params = {}, b: Params): boolean {
  const names = Object.keys(b);
  return names.length === Object.keys(a).length && names.every((name) => a[name] === b[name]);
}
