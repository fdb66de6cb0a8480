import type { Context } from '../context.ts';
import type { TaskRecord } from '../record/task.ts';
import { putTask } from '../write.ts';
import { isEnded } from './state.ts';

/** Decide the end of a task, once; the engine is told again where the kill may not have reached it. */
export function kill(context: Context, task: TaskRecord, why: string, graceMaxMs = Number.POSITIVE_INFINITY): void {
  if (isEnded(task.state) || task.killing !== undefined) return;
  const spec = context.state.configs
    .get(task.configId)
    ?.spec.pods.flatMap((pod) => pod.tasks)
    .find(({ name }) => name === task.name);
  const graceMs = Math.min(spec?.killGraceMs ?? 0, graceMaxMs);
  putTask(context, { ...task, killing: { sinceMs: context.nowMs, graceMs, why } });
  context.actions.push({ type: 'kill', taskId: task.id, agentId: task.agentId, graceMs });
}

/** Whoever wanted the end of these tasks may never have been heard, and does not want it any more, or decides anew. */
export function forgetKills(context: Context, instance = ''): void {
  for (const task of context.state.tasks.get(instance)?.values() ?? []) {
    const { killing, ...rest } = task;
    if (killing !== undefined && !isEnded(task.state)) putTask(context, rest);
  }
}
