/** Who gives way when two steps want one instance: a recovery to any newer wish, a launch to a replace, a newer configuration or an end. */
import type { Context } from '../context.ts';
import type { StepRecord } from '../record/step.ts';
import { isBegun, subjectOf } from '../index-records.ts';
import { isGated } from '../task/kill-again.ts';
import { forgetKills, sendKill } from '../task/kill.ts';
import { putStep, putTask } from '../write.ts';
import { placeOf } from './step.ts';
import { endRun } from './end-run.ts';

/** The step that has the instance now would give way to this one. */
export function yieldsTo(context: Context, step: StepRecord, instance: string): boolean {
  const { owner, runs } = stateOf(context, instance);
  if (owner === undefined || owner.id === step.id) return true;
  if (owner.runId === step.runId) return false;
  const plan = runs.get(owner.runId)?.plan;
  if (plan === 'recovery') return runs.get(step.runId)?.plan !== 'recovery';
  if (owner.work.kind !== 'launch') return false;
  if (step.work.kind !== 'launch') return step.work.kind === 'stop';
  const lost = isLost(context, instance);
  if (step.work.replace && step.released !== true && (!owner.work.replace || lost)) return true;
  // A newer configuration may be what the older launch needs to succeed; a replace is not stopped halfway.
  const halfway = owner.work.replace && owner.released !== true;
  return !halfway && configNumber(step.work.configId) > configNumber(owner.work.configId);
}

/** Whoever replaced it has replaced it in vain. */
const isLost = ({ state }: Context, instance: string): boolean =>
  state.offers.get(state.instances.get(instance)?.reservation?.agentId ?? '')?.state === 'gone';

/**
 * The instance is this step's now. A recovery has nothing left to do; any other step waits for its turn again, and
 * finds then what it wanted, or does it.
 */
export function takeOver(context: Context, step: StepRecord, instance: string): void {
  const { owner, runs } = stateOf(context, instance);
  // What another step wanted to stop may never have heard of it: this one decides anew, when that is sure.
  for (const task of forgetKills(context, instance)) {
    if (task.killing === undefined || context.state.index.told.has(task.id)) continue;
    const why = `${step.runId} ${step.work.kind === 'launch' ? 'restarts' : 'stops'} it, as was to be before`;
    const mine = { ...task, killing: { ...task.killing, why } };
    putTask(context, mine);
    if (isGated(step)) context.state.index.unsure.add(step.id);
    else sendKill(context, mine);
  }
  const run = runs.get(owner?.runId ?? '');
  if (owner === undefined || run === undefined || owner.id === step.id) return;
  if (run.plan === 'recovery') {
    endRun(context, run, 'SUPERSEDED', step.runId);
    return;
  }
  const { launched: _launched, disrupts: _disrupts, soakingMs: _soakingMs, ...rest } = owner;
  const work = owner.work.kind === 'launch' ? { ...owner.work, restart: false } : owner.work;
  context.state.index.asked.delete(owner.id);
  putStep(context, {
    ...rest,
    work,
    status: 'PENDING',
    passed: [],
    reason: { text: `${step.runId} works on ${instance} first`, sinceMs: context.nowMs },
  });
  // Where its phase is serial, another step may go meanwhile.
  context.agenda.add(`run:${owner.runId}`);
}

/** `12` of `config-12`: the newer one has the higher number. */
export const configNumber = (configId: string): number => Number(configId.slice(configId.lastIndexOf('-') + 1));

/**
 * The run (other than `own`) that has begun to take the instance down, and gives back its place or works on it before
 * it starts it again itself: nothing is started there beside it, and nothing is recovered before it has.
 */
export function leavingBy(context: Context, instance: string, own?: string): string | undefined {
  const { index, steps, runs } = context.state;
  const recovers = own === undefined || runs.get(own)?.plan === 'recovery';
  for (const stepId of index.claims.get(instance) ?? []) {
    const step = steps.get(stepId);
    if (step === undefined || step.runId === own) continue;
    const { run, phase } = placeOf(context, step);
    const isStop = (id: string): boolean => {
      const other = steps.get(id);
      return other !== undefined && isStopOf(other, instance) && (isBegun(other.status) || other.status === 'COMPLETE');
    };
    if (
      step.work.kind === 'release' &&
      (isBegun(step.status) || run.phases.some(({ stepIds }) => stepIds.some(isStop)))
    )
      return step.runId;
    if (step.work.kind !== 'launch') continue;
    const before = phase.stepIds.slice(0, phase.stepIds.indexOf(stepId));
    // Once it has only to start it, whoever has a newer wish may do that instead.
    if (before.some(isStop) && (recovers || before.some((id) => isAtWork(steps.get(id), instance)))) return step.runId;
  }
  return undefined;
}

const isAtWork = (step: StepRecord | undefined, instance: string): boolean =>
  step !== undefined && step.status !== 'COMPLETE' && subjectOf(step) === instance;

/** Of all its tasks; a stop of some is for another to bring back. */
const isStopOf = ({ work }: StepRecord, instance: string): boolean =>
  work.kind === 'stop' && work.instance === instance && work.tasks === undefined;

function stateOf(context: Context, instance: string) {
  const { index, steps, runs } = context.state;
  return { owner: steps.get(index.owner.get(instance) ?? ''), steps, runs };
}
