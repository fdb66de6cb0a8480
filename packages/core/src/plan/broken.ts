import type { Context } from '../context.ts';
import type { PodSpec } from '../spec/pod.ts';
import { isEnded } from '../task/state.ts';

/** It does not serve any more: nobody is harmed by its stop, and a gate would hold back what mends it. */
export function isBroken(context: Context, instance: string, pod: PodSpec): boolean {
  const have = context.state.tasks.get(instance);
  return pod.tasks.some(({ name, goal, essential }) => {
    const task = have?.get(name);
    return essential && goal === 'RUNNING' && task !== undefined && isEnded(task.state);
  });
}
