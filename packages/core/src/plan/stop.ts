import type { Context } from '../context.ts';
import { isBegun } from '../index-records.ts';
import type { StepRecord, Work } from '../record/step.ts';
import type { TaskRecord } from '../record/task.ts';
import { isEnded } from '../task/state.ts';
import { kill, sendKill } from '../task/kill.ts';
import { putStep } from '../write.ts';
import { isBroken } from './broken.ts';
import { passes } from './gate.ts';
import { isReleasedLater } from './left-behind.ts';
import { awayText } from './release.ts';
import { complete, hold, otherOwner, placeOf } from './step.ts';
import { takeOver, yieldsTo } from './take-over.ts';

type StopWork = Extract<Work, { kind: 'stop' }>;

/** What is destroyed without being asked for need not end tidily: nobody waits minutes for the uninstall of a broken service. */
const GRACE_MAX_MS = 10_000;

/** End tasks of an instance. */
export function advanceStop(context: Context, step: StepRecord, work: StopWork): void {
  const { instance, gates } = work;
  const busy = yieldsTo(context, step, instance) ? undefined : otherOwner(context, step, instance);
  if (busy !== undefined) {
    hold(context, step, 'PENDING', busy);
    return;
  }
  const alive = aliveOf(context, work);
  if (!isBegun(step.status)) {
    if (!mayBegin(context, step, work, alive)) return;
    takeOver(context, step, instance);
  }
  const [first] = alive;
  if (first === undefined) {
    complete(context, context.state.steps.get(step.id) ?? step);
    return;
  }
  if (!isSure(context, step, work, alive)) return;
  const { plan, cause } = placeOf(context, step).run;
  const isTidy = gates.length > 0 || plan === 'pause';
  for (const task of aliveOf(context, work))
    kill(context, task, `${step.runId} stops it: ${cause.text}`, isTidy ? undefined : GRACE_MAX_MS);
  const away = alive.some(({ state }) => state === 'UNREACHABLE');
  const text = away ? awayOf(context, step, work) : `${first.instance}-${first.name} stops`;
  hold(context, context.state.steps.get(step.id) ?? step, 'PREPARED', text);
}

/**
 * Whether a kill that was decided before a restart of the server has ever reached its task is not known, and what the
 * gate saw then may not be so any more: it is asked again.
 */
function isSure(context: Context, step: StepRecord, work: StopWork, alive: readonly TaskRecord[]): boolean {
  const { unsure } = context.state.index;
  if (!unsure.has(step.id)) return true;
  if (!mayBegin(context, step, work, alive)) return false;
  unsure.delete(step.id);
  for (const task of alive) sendKill(context, task);
  return true;
}

/** What comes back is waited for; what is taken down for good can be left behind. */
function awayOf(context: Context, step: StepRecord, { instance }: StopWork): string {
  const record = context.state.instances.get(instance);
  if (record !== undefined && isReleasedLater(context, step, instance)) return awayText(context, record);
  return `${instance} cannot be reached on ${record?.reservation?.hostname}: bring it back, or say that it is gone`;
}

const aliveOf = (context: Context, { instance, tasks = [] }: StopWork): readonly TaskRecord[] =>
  [...(context.state.tasks.get(instance)?.values() ?? [])].filter(
    ({ name, state }) => !isEnded(state) && (tasks.length === 0 || tasks.includes(name)),
  );

/** Nothing was changed yet: is it safe? */
function mayBegin(context: Context, step: StepRecord, work: StopWork, alive: readonly TaskRecord[]): boolean {
  const { instance, gates } = work;
  const record = context.state.instances.get(instance);
  const pod = context.state.configs.get(record?.configId ?? '')?.spec.pods.find(({ name }) => name === record?.pod);
  if (pod === undefined) return true;
  const serves = alive.length > 0 && !isBroken(context, instance, pod);
  if (serves && gates.includes('stop') && !passes(context, step, 'stop', pod.gates.stop, instance)) return false;
  if (gates.includes('replace') && !passes(context, step, 'replace', pod.gates.replace, instance)) return false;
  if (serves && gates.includes('stop') && pod.gates.stop.length > 0)
    putStep(context, { ...step, disrupts: true, passed: [] });
  return true;
}
