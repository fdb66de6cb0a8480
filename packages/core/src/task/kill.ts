import type { Context } from '../context.ts';
import type { TaskRecord } from '../record/task.ts';
import { putTask } from '../write.ts';
import { isEnded } from './state.ts';

/** How long after its grace time the end of a task may take to be seen. */
const SEEN_MS = 10_000;

/** Decide the end of a task, once; the engine is told again where the kill may not have reached it. */
export function kill(context: Context, task: TaskRecord, why: string, graceMaxMs = Number.POSITIVE_INFINITY): void {
  if (isEnded(task.state) || task.killing !== undefined) return;
  const spec = context.state.configs
    .get(task.configId)
    ?.spec.pods.flatMap((pod) => pod.tasks)
    .find(({ name }) => name === task.name);
  const graceMs = Math.min(spec?.killGraceMs ?? 0, graceMaxMs);
  const ending = { ...task, killing: { sinceMs: context.nowMs, graceMs, why } };
  putTask(context, ending);
  sendKill(context, ending);
}

/** Tell the engine. Whether a task that cannot be reached hears of it is not known. */
export function sendKill({ state, actions }: Context, task: TaskRecord): void {
  const { id: taskId, agentId, killing } = task;
  if (killing === undefined) return;
  if (task.state !== 'UNREACHABLE') state.index.told.add(taskId);
  actions.push({ type: 'kill', taskId, agentId, graceMs: killing.graceMs });
}

/**
 * Whoever wanted the end of these tasks may never have been heard, and does not want it any more, or decides anew. What
 * has heard of it ends within its grace time: until then it counts as ending, for somebody may count on it. Returns
 * those that still do.
 */
export function forgetKills(context: Context, instance = ''): readonly TaskRecord[] {
  const { state, nowMs } = context;
  const ending: TaskRecord[] = [];
  for (const task of state.tasks.get(instance)?.values() ?? []) {
    const { killing } = task;
    if (killing === undefined || isEnded(task.state)) continue;
    const dueMs = killing.sinceMs + killing.graceMs + SEEN_MS;
    if (!state.index.told.has(task.id) && dueMs <= nowMs) {
      const { killing: _killing, ...rest } = task;
      putTask(context, rest);
      continue;
    }
    ending.push(task);
    if (dueMs > nowMs) state.index.wakes.set(`doubt:${instance}`, dueMs);
  }
  return ending;
}
