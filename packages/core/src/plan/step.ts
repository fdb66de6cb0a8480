/** What every kind of step does alike: wait with a reason, complete, find its run. */
import type { Context } from '../context.ts';
import type { RunPhase, RunRecord } from '../record/run.ts';
import type { StepRecord, StepStatus } from '../record/step.ts';
import { instanceOf, phaseAt, phaseKey } from '../index-records.ts';
import { putStep } from '../write.ts';
import { isSerial } from './strategy.ts';

/** Wait, and say for what. The wait began when the status was entered, however often the words change. */
export function hold(
  context: Context,
  step: StepRecord,
  status: StepStatus,
  text: string,
  rest: Partial<StepRecord> = {},
): void {
  const same = step.status === status && step.reason !== undefined;
  if (same && step.reason.text === text && Object.keys(rest).length === 0) return;
  const sinceMs = same ? step.reason.sinceMs : context.nowMs;
  const startedMs = step.startedMs ?? (status === 'PENDING' || status === 'WAITING' ? undefined : context.nowMs);
  putStep(context, {
    ...step,
    ...rest,
    status,
    reason: { text, sinceMs },
    ...(startedMs === undefined ? {} : { startedMs }),
  });
}

export function complete(context: Context, step: StepRecord, rest: Partial<StepRecord> = {}): void {
  const { reason: _reason, soakingMs: _soakingMs, ...without } = step;
  const instance = instanceOf(step);
  const others = instance === undefined ? [] : [...(context.state.index.claims.get(instance) ?? [])];
  putStep(context, { startedMs: context.nowMs, ...without, ...rest, status: 'COMPLETE', endedMs: context.nowMs });
  const { run, phase, at } = placeOf(context, step);
  // In a parallel phase the others are on their way already: looking at all of them each time would cost their square.
  const { remaining = 0, begun } = context.state.index.progress.get(phaseKey(run, at)) ?? {};
  if (isSerial(phase) || remaining === 0 || begun?.size === 0) context.agenda.add(`run:${step.runId}`);
  for (const other of others) if (other !== step.id) context.agenda.add(`step:${other}`);
  if (instance !== undefined) context.agenda.add(`instance:${instance}`);
}

export function placeOf(
  context: Context,
  step: StepRecord,
): { readonly run: RunRecord; readonly phase: RunPhase; readonly at: number } {
  const run = context.state.runs.get(step.runId);
  const at = run === undefined ? -1 : phaseAt(run, step.id);
  const phase = run?.phases[at];
  if (run === undefined || phase === undefined) throw new Error(`step ${step.id} has no run`);
  return { run, phase, at };
}

/** The instance belongs to a step of another run that has begun. */
export function otherOwner(context: Context, step: StepRecord, instance: string): string | undefined {
  const owner = context.state.index.owner.get(instance);
  if (owner === undefined || owner === step.id) return undefined;
  const run = context.state.runs.get(context.state.steps.get(owner)?.runId ?? '');
  return `${run?.id ?? owner} (${run?.plan ?? 'another run'}) is working on ${instance}`;
}
