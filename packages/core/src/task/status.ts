import type { Context } from '../context.ts';
import type { TaskStatus } from '../event.ts';
import { overtake } from '../plan/gate.ts';
import type { TaskRecord, TaskState } from '../record/task.ts';
import { isBegun } from '../index-records.ts';
import { putInstance, putStep, putTask } from '../write.ts';
import { afterFailure } from './backoff.ts';
import { killAgain } from './kill-again.ts';
import { isEnded } from './state.ts';

/** Ends that nobody has seen. */
const givenUp: ReadonlySet<TaskState> = new Set(['LOST', 'GONE', 'DROPPED']);

/** What an engine says of a task. News of a task that is not the current one of its name is no news. */
export function onStatus(context: Context, status: TaskStatus): void {
  const { state } = context;
  const place = state.index.taskById.get(status.taskId);
  const task = place === undefined ? undefined : state.tasks.get(place.instance)?.get(place.name);
  if (task === undefined) {
    // Nothing here knows it: it must not go on.
    if (!isEnded(status.state)) {
      context.actions.push({ type: 'kill', taskId: status.taskId, agentId: status.agentId, graceMs: 0 });
    }
    return;
  }
  if (isEnded(task.state)) {
    // It was given up, and another may run in its place: there must not be two.
    if (givenUp.has(task.state) && !isEnded(status.state))
      context.actions.push({ type: 'kill', taskId: task.id, agentId: status.agentId, graceMs: 0 });
    return;
  }
  const next = merge(task, status, context.nowMs);
  if (next !== task) putTask(context, next);
  if (isEnded(next.state) || next.state === 'UNREACHABLE') {
    state.index.told.delete(next.id);
    overtake(context, next.instance);
  }
  if (task.state === 'UNREACHABLE' && next.state !== 'UNREACHABLE') isBack(context, next);
  if (isEnded(next.state)) onEnd(context, next);
  else if (task.state === 'UNREACHABLE' && next.state !== 'UNREACHABLE' && next.killing !== undefined) {
    killAgain(context, next);
  }
  context.agenda.add(`instance:${next.instance}`);
  for (const stepId of state.index.claims.get(next.instance) ?? []) {
    if (isEnded(next.state)) askAgain(context, stepId);
    context.agenda.add(`step:${stepId}`);
  }
}

/** It let others go first while it ran; now that it is down, they may be held back by it, and no gate holds it back. */
function askAgain(context: Context, stepId: string): void {
  const step = context.state.steps.get(stepId);
  if (step?.deferred !== true || step.status === 'COMPLETE' || isBegun(step.status)) return;
  putStep(context, { ...step, deferred: false });
}

function merge(task: TaskRecord, status: TaskStatus, nowMs: number): TaskRecord {
  const { state, ready, healthy, message } = status;
  if (state === task.state && ready === task.ready && healthy === task.healthy && message === task.message) return task;
  const { message: _message, healthy: _healthy, readySinceMs, ...rest } = task;
  return {
    ...rest,
    state,
    ready,
    ...(ready ? { readySinceMs: task.ready ? (readySinceMs ?? nowMs) : nowMs } : {}),
    stateMs: state === task.state ? task.stateMs : nowMs,
    ...(healthy === undefined ? {} : { healthy }),
    ...(message === undefined ? {} : { message }),
    ...(status.exit === undefined ? {} : { exit: status.exit }),
    ...(state === 'RUNNING' && task.startedMs === undefined ? { startedMs: nowMs } : {}),
  };
}

/** An end that nobody asked for counts as a failure of its instance, unless the task has reached its goal with it. */
function onEnd(context: Context, task: TaskRecord): void {
  // Nor does the loss of its agent tell anything about the task.
  if (task.killing !== undefined || task.state === 'GONE') return;
  const instance = context.state.instances.get(task.instance);
  if (instance === undefined) return;
  const goal = context.state.configs
    .get(task.configId)
    ?.spec.pods.find((pod) => pod.name === instance.pod)
    ?.tasks.find((spec) => spec.name === task.name)?.goal;
  if (task.state === 'FINISHED' && goal !== 'RUNNING') return;
  // Several tasks that end at once have failed once.
  if (instance.backoff?.lastFailureMs === context.nowMs) return;
  putInstance(context, { ...instance, backoff: afterFailure(instance.backoff, context.nowMs) });
}

/** Bringing it back in place could not be tried while nobody was there: the replacement policy counts from now. */
function isBack(context: Context, task: TaskRecord): void {
  const instance = context.state.instances.get(task.instance);
  if (instance?.downSinceMs === undefined) return;
  const { downSinceMs: _downSinceMs, ...rest } = instance;
  putInstance(context, rest);
}
