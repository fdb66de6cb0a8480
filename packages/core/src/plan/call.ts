import type { Context } from '../context.ts';
import type { CallResult } from '../event.ts';
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
  if (!result.ok) {
    hold(context, step, 'STARTING', `${step.work.procedure} failed, and is called again: ${result.reason}`);
    state.index.wakes.set(stepId, context.nowMs + RETRY_MS);
    return;
  }
  const instance = state.instances.get(step.work.instance ?? '');
  const run = state.runs.get(step.runId);
  if (result.phases !== undefined && run !== undefined) {
    const wrong = addPhases(context, run, result.phases);
    if (wrong !== undefined) {
      hold(context, step, 'STARTING', `${step.work.procedure} is called again: it added phases, and ${wrong}`);
      state.index.wakes.set(stepId, context.nowMs + RETRY_MS);
      return;
    }
  }
  if (step.work.live && instance !== undefined && run !== undefined) {
    const { liveDoubtIds: _liveDoubtIds, ...rest } = instance;
    putInstance(context, { ...rest, liveConfigId: run.configId });
  }
  complete(context, step, { result: result.value });
}
