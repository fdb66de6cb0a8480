import type { Context } from '../context.ts';
import type { CallResult } from '../event.ts';
import { isDropped } from '../index-records.ts';
import type { InstanceRecord } from '../record/instance.ts';
import type { StepRecord, Work } from '../record/step.ts';
import { putInstance } from '../write.ts';
import { addPhases } from './run.ts';
import { complete, hold } from './step.ts';

/** A procedure that failed is called again after this long; it never gives up by itself. */
const RETRY_MS = 5_000;

export function advanceCall(context: Context, step: StepRecord, work: Extract<Work, { kind: 'call' }>): void {
  const { index } = context.state;
  if (index.asked.has(step.id) || (index.wakes.at(step.id) ?? 0) > context.nowMs) return;
  // Nothing is set of who has gone; what comes next starts with the values of its configuration.
  if (work.live && !context.state.instances.has(work.instance ?? '')) {
    complete(context, step);
    return;
  }
  index.asked.add(step.id);
  const instance = context.state.instances.get(work.instance ?? '');
  const run = context.state.runs.get(step.runId);
  // A call that is not answered may have done its work.
  if (work.live && instance !== undefined && run !== undefined)
    putInstance(context, { ...instance, liveDoubtIds: withDoubt(instance, run.configId) });
  hold(context, step, 'STARTING', `${work.procedure} works`, { attempts: step.attempts + 1 });
  context.actions.push({
    type: 'call',
    stepId: step.id,
    runId: step.runId,
    procedure: work.procedure,
    ...(work.instance === undefined ? {} : { instance: work.instance }),
    args: work.args,
  });
}

export const withDoubt = ({ liveDoubtIds = [] }: InstanceRecord, configId: string): readonly string[] => [
  ...new Set([...liveDoubtIds, configId]),
];

export function onCallResult(context: Context, stepId: string, result: CallResult): void {
  const { state } = context;
  const step = state.steps.get(stepId);
  if (step === undefined || !state.index.asked.delete(stepId) || step.status === 'COMPLETE') return;
  if (step.work.kind !== 'call') return;
  // A run that is given up waits for it, whatever becomes of it.
  context.agenda.add(`run:${step.runId}`);
  if (!result.ok) {
    failed(context, step, `${step.work.procedure} failed`, result.reason);
    return;
  }
  const instance = state.instances.get(step.work.instance ?? '');
  const run = state.runs.get(step.runId);
  for (const last of [false, true]) {
    const phases = last ? result.last : result.phases;
    const wrong = phases === undefined ? undefined : addPhases(context, step, phases, last);
    if (wrong !== undefined) {
      failed(context, step, `${step.work.procedure} added phases`, wrong);
      return;
    }
  }
  if (step.work.live && instance !== undefined && run !== undefined) {
    const { liveDoubtIds: _liveDoubtIds, ...rest } = instance;
    putInstance(context, { ...rest, liveConfigId: run.configId });
  }
  complete(context, step, { result: result.value });
}

/** Called again, unless its run is given up. */
function failed(context: Context, step: StepRecord, what: string, why: string): void {
  const isLast = isDropped(context.state.runs.get(step.runId), step.id);
  hold(context, step, 'STARTING', `${what}, and is ${isLast ? 'not ' : ''}called again: ${why}`);
  if (!isLast) context.state.index.wakes.set(step.id, context.nowMs + RETRY_MS);
}
