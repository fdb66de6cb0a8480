/** Asking the gates of a step, and what their answers do. */
import type { Context } from '../context.ts';
import type { GateAnswer, Moment } from '../event.ts';
import type { RunPhase } from '../record/run.ts';
import type { StepRecord, StepStatus } from '../record/step.ts';
import { instanceOf, isBegun } from '../index-records.ts';
import { forgetKills } from '../task/kill.ts';
import { putStep } from '../write.ts';
import { endingBeside, isProtected } from './ending.ts';
import { spoil } from './soak.ts';
import { hold, placeOf } from './step.ts';
import { candidateSteps, isSerial } from './strategy.ts';

/** How soon a closed gate is asked again. */
const POLL_MS = 1_000;

/** True when every gate of the moment was open; else it asks, once at a time. */
export function passes(
  context: Context,
  step: StepRecord,
  moment: Moment,
  gates: readonly string[],
  instance: string,
): boolean {
  if (gates.length === 0 || step.passed.includes(moment)) return true;
  const { asked, overtaken, wakes, disrupting } = context.state.index;
  if (asked.has(step.id)) return false;
  const dueMs = wakes.at(step.id);
  if (dueMs !== undefined && dueMs > context.nowMs) return false;
  if (moment !== 'start' && !isLost(context, instance)) {
    const [other] = [...disrupting].filter(
      (id) => id !== step.id && !isAt(context, id, instance) && !isTogether(context, step, id),
    );
    if (other !== undefined) {
      waitFor(context, step, moment, other);
      return false;
    }
    const ending = endingBeside(context, instance);
    if (ending !== undefined) {
      hold(context, step, statusAt(step, moment), `${ending} ends: one at a time`);
      wakes.set(step.id, context.nowMs + POLL_MS);
      return false;
    }
    disrupting.add(step.id);
  }
  asked.add(step.id);
  overtaken.delete(step.id);
  const { phase } = placeOf(context, step);
  const others = phase.stepIds.flatMap((id) => {
    const other = context.state.steps.get(id);
    return other !== undefined && id !== step.id && other.status !== 'COMPLETE' && other.work.kind === 'launch'
      ? [{ instance: other.work.instance, isFirst: isBefore(phase, id, step.id) || isBegun(other.status) }]
      : [];
  });
  const pending = others.map((other) => other.instance);
  // The last of a batch that goes was asked with all the others away, and none waits for another to go first.
  const together =
    phase.together === true ? others.filter(({ isFirst }) => isFirst).map((other) => other.instance) : [];
  context.actions.push({ type: 'ask', stepId: step.id, moment, gates, instance, pending, together });
  const status = statusAt(step, moment);
  if (step.reason === undefined || step.status !== status) {
    hold(context, step, status, `asking ${gates.join(', ')}`);
  }
  return false;
}

/** Its agent is gone for ever: nothing is left there that a step could take down. */
const isLost = ({ state }: Context, instance: string): boolean =>
  state.offers.get(state.instances.get(instance)?.reservation?.agentId ?? '')?.state === 'gone';

/** What is done to the instance itself is no reason to wait: who may go on there is decided by its owner. */
const isAt = (context: Context, stepId: string, instance: string): boolean => {
  const step = context.state.steps.get(stepId);
  return step !== undefined && instanceOf(step) === instance;
};

const isBefore = ({ stepIds }: RunPhase, id: string, step: string): boolean =>
  stepIds.indexOf(id) < stepIds.indexOf(step);

/** Of one batch: each is asked with those away that go before it. */
function isTogether(context: Context, step: StepRecord, otherId: string): boolean {
  const { phase } = placeOf(context, step);
  return phase.together === true && phase.stepIds.includes(otherId);
}

/** Each would be told that it is safe, and both together are not. */
function waitFor(context: Context, step: StepRecord, moment: Moment, otherId: string): void {
  const { steps, index } = context.state;
  const other = steps.get(otherId);
  // What goes on there may never succeed without a step of this very phase: that one goes first.
  const { phase } = placeOf(context, step);
  const instance = other === undefined ? undefined : instanceOf(other);
  const cure = phase.stepIds.some((id) => {
    const pending = steps.get(id);
    return pending !== undefined && id !== step.id && pending.status !== 'COMPLETE' && instanceOf(pending) === instance;
  });
  const defers = cure && !isBegun(step.status);
  hold(context, step, statusAt(step, moment), `${other?.runId} is at ${other?.name}: one at a time`, {
    ...(step.passed.length > 0 ? { passed: [] } : {}),
    ...(defers && !step.deferred ? { deferred: true } : {}),
  });
  index.wakes.set(step.id, context.nowMs + POLL_MS);
  if (defers) nextRound(context, step);
}

/**
 * The next of a serial phase is asked. When all have let each other go first, all are asked again, but for the one that
 * was asked last: what each waits for may have changed, and one of them may be what the others wait for.
 */
function nextRound(context: Context, step: StepRecord): void {
  const { steps, index } = context.state;
  const { run, phase, at } = placeOf(context, step);
  if (!isSerial(phase)) return;
  context.agenda.add(`run:${run.id}`);
  if (candidateSteps(context, run, phase, at)[0]?.deferred !== true) return;
  for (const id of phase.stepIds) {
    const other = steps.get(id);
    if (
      other === undefined ||
      id === step.id ||
      !other.deferred ||
      isBegun(other.status) ||
      other.status === 'COMPLETE'
    )
      continue;
    putStep(context, { ...other, deferred: false });
    index.wakes.set(id, context.nowMs + POLL_MS);
  }
}

/** A step that has begun stays so, whatever it is asked again. */
const statusAt = (step: StepRecord, moment: Moment): StepStatus =>
  moment === 'start' ? 'STARTED' : isBegun(step.status) ? step.status : 'WAITING';

/** An instance has gone: whoever asks whether another may stop, and has no answer yet, may be told what was so before. */
export function overtake(context: Context, instance: string): void {
  const { asked, overtaken, disrupting } = context.state.index;
  if (!isProtected(context, instance)) return;
  for (const id of disrupting) if (asked.has(id) && !isAt(context, id, instance)) overtaken.add(id);
}

export function onGateAnswer(context: Context, stepId: string, moment: Moment, answer: GateAnswer): void {
  const { state } = context;
  const step = state.steps.get(stepId);
  if (step === undefined || !state.index.asked.delete(stepId) || step.status === 'COMPLETE') return;
  if (moment === 'start' && !isBegun(step.status)) return;
  if (answer.open) {
    context.agenda.add(`step:${stepId}`);
    if (moment !== 'start' && state.index.overtaken.has(stepId)) return;
    putStep(context, { ...step, passed: [...step.passed, moment] });
    return;
  }
  const held = moment === 'stop' && isBegun(step.status) ? backOut(context, step) : step;
  if (!isBegun(held.status)) state.index.disrupting.delete(stepId);
  const defers = answer.defer === true && !isBegun(held.status);
  hold(context, spoil(context, held), statusAt(held, moment), answer.reason, {
    passed: [],
    ...(defers ? { deferred: true } : {}),
  });
  state.index.wakes.set(stepId, context.nowMs + POLL_MS);
  // Who lets the others go first is asked again when its turn comes.
  if (defers) nextRound(context, held);
}

/**
 * Its kills may never have reached their tasks, and are not wanted now. When it is sure that they have not, nothing was
 * stopped: the step has not begun, and holds up nobody.
 */
function backOut(context: Context, step: StepRecord): StepRecord {
  const { index } = context.state;
  if (forgetKills(context, instanceOf(step)).length > 0 || !index.unsure.delete(step.id)) return step;
  const { disrupts: _disrupts, launched: _launched, soakingMs: _soakingMs, ...rest } = step;
  const back: StepRecord = { ...rest, status: 'WAITING' };
  putStep(context, back);
  // What comes before it, and was started again while it was at work, may go.
  context.agenda.add(`run:${step.runId}`);
  return back;
}
