import type { TaskRecord, TaskState } from '../record/task.ts';
import type { Goal } from '../spec/task.ts';

const ended: ReadonlySet<TaskState> = new Set(['FINISHED', 'FAILED', 'KILLED', 'ERROR', 'LOST', 'DROPPED', 'GONE']);

/** Nothing of the task runs any more, for certain. UNREACHABLE is not an end: the task may still run. */
export const isEnded = (state: TaskState): boolean => ended.has(state);

/** It has reached its goal with the configuration it should have. */
export function isAtGoal(task: TaskRecord | undefined, goal: Goal, configId: string): boolean {
  if (task === undefined) return false;
  switch (goal) {
    case 'RUNNING':
      return !isEnded(task.state) && task.configId === configId && task.killing === undefined;
    case 'ONCE':
      return task.state === 'FINISHED';
    case 'FINISH':
      return task.state === 'FINISHED' && task.configId === configId;
    default:
      return goal satisfies never;
  }
}
