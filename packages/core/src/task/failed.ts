/** How the task of a name failed last: remembered by those that are launched in its stead. */
import type { FailedTask, TaskRecord } from '../record/task.ts';
import type { Goal } from '../spec/task.ts';
import { isEnded } from './state.ts';

/** An end that somebody asked for, or that was the goal, is no failure. */
export function failedLast(task: TaskRecord | undefined, goal: Goal): FailedTask | undefined {
  if (task === undefined) return undefined;
  const { id, state, exit, message, stateMs, killing } = task;
  if (!isEnded(state) || killing !== undefined || (state === 'FINISHED' && goal !== 'RUNNING')) return task.failed;
  return {
    id,
    state,
    atMs: stateMs,
    ...(exit === undefined ? {} : { exit }),
    ...(message === undefined ? {} : { message }),
  };
}
