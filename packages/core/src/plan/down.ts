/** Since when an instance does not serve, and when it is well again. */
import type { Context } from '../context.ts';
import type { InstanceRecord } from '../record/instance.ts';
import type { TaskRecord } from '../record/task.ts';
import type { PodSpec } from '../spec/pod.ts';
import { isEnded } from '../task/state.ts';
import { putInstance } from '../write.ts';
import { isDrained, isPaused } from './halt.ts';

/** What has been ready for this long is well: what it went through before counts no more. */
const WELL_MS = 60_000;

/** Writes down the beginning and the end of a trouble; afterwards a wake is set for the time at which it is over. */
export function trackDown(context: Context, instance: InstanceRecord, pod: PodSpec): InstanceRecord {
  const { state, nowMs } = context;
  const have = state.tasks.get(instance.name);
  const all: TaskRecord[] = [];
  const essential: TaskRecord[] = [];
  for (const spec of pod.tasks) {
    const task = have?.get(spec.name);
    if (spec.goal !== 'RUNNING' || task === undefined) continue;
    all.push(task);
    if (spec.essential) essential.push(task);
  }
  const { downSinceMs, backoff } = instance;
  // What a person holds back is not down, and begins anew when it is let go.
  if (isDrained(state, instance) || essential.some(({ name }) => isPaused(instance, name))) {
    if (downSinceMs === undefined) return instance;
    return put(context, { ...untroubled(instance), ...(backoff === undefined ? {} : { backoff }) });
  }
  if (essential.some(isDown)) {
    return downSinceMs === undefined ? put(context, { ...instance, downSinceMs: nowMs }) : instance;
  }
  if (downSinceMs === undefined && backoff === undefined) return instance;
  const essentialMs = wellMs(essential);
  // With nothing there that could be well, or with a failure since, nothing is forgotten.
  const quietMs = all.length === 0 || backoff === undefined ? Number.POSITIVE_INFINITY : backoff.untilMs + WELL_MS;
  const allMs = Math.max(wellMs(all), quietMs);
  for (const ms of [allMs, essentialMs])
    if (ms > nowMs && ms < Number.POSITIVE_INFINITY) state.index.wakes.set(wakeOf(instance), ms);
  const isOver = downSinceMs !== undefined && essentialMs <= nowMs;
  const isForgotten = backoff !== undefined && allMs <= nowMs;
  if (!isOver && !isForgotten) return instance;
  return put(context, {
    ...untroubled(instance),
    ...(isOver || downSinceMs === undefined ? {} : { downSinceMs }),
    ...(isForgotten || backoff === undefined ? {} : { backoff }),
  });
}

function untroubled({ downSinceMs: _downSinceMs, backoff: _backoff, ...rest }: InstanceRecord): InstanceRecord {
  return rest;
}

/** The key under which an instance asks to be looked at again. */
export const wakeOf = ({ name }: Pick<InstanceRecord, 'name'>): string => `instance:${name}`;

/** An end that somebody has asked for is none that counts. */
const isDown = (task: TaskRecord): boolean =>
  task.state === 'UNREACHABLE' || (isEnded(task.state) && task.killing === undefined);

const isUp = ({ state, ready }: TaskRecord): boolean => state === 'RUNNING' && ready;

/** When all of them will have been ready long enough; never, as long as one is not. */
const wellMs = (tasks: readonly TaskRecord[]): number =>
  tasks.reduce(
    (latest, task) =>
      Math.max(latest, isUp(task) ? (task.readySinceMs ?? task.stateMs) + WELL_MS : Number.POSITIVE_INFINITY),
    Number.NEGATIVE_INFINITY,
  );

function put(context: Context, instance: InstanceRecord): InstanceRecord {
  putInstance(context, instance);
  return instance;
}
