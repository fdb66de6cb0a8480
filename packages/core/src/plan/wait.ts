/** A step that asks a probe of the package until it says yes. Patient: it never gives up by itself. */
import type { Context } from '../context.ts';
import type { ProbeAnswer } from '../event.ts';
import type { StepRecord, Work } from '../record/step.ts';
import { soak, soakText, spoil } from './soak.ts';
import { complete, hold } from './step.ts';
import { pauseRun, undo } from './undo.ts';

/** How soon a closed probe is asked again. */
const POLL_MS = 1_000;

type WaitWork = Extract<Work, { kind: 'wait' }>;

export function advanceWait(context: Context, step: StepRecord, work: WaitWork): void {
  const { asked, wakes } = context.state.index;
  if (asked.has(step.id) || (wakes.at(step.id) ?? 0) > context.nowMs) return;
  asked.add(step.id);
  if (step.reason === undefined || step.startedMs === undefined)
    hold(context, step, 'WAITING', `asking ${work.probe}`, { startedMs: context.nowMs });
  context.actions.push({
    type: 'probe',
    stepId: step.id,
    runId: step.runId,
    probe: work.probe,
    ...(work.instance === undefined ? {} : { instance: work.instance }),
    args: work.args,
  });
}

export function onProbeAnswer(context: Context, stepId: string, answer: ProbeAnswer): void {
  const { state, nowMs } = context;
  const step = state.steps.get(stepId);
  if (step === undefined || !state.index.asked.delete(stepId) || step.status === 'COMPLETE') return;
  const { work } = step;
  if (work.kind !== 'wait') return;
  if (!answer.open) {
    state.index.wakes.set(stepId, nowMs + POLL_MS);
    const spoiled = spoil(context, step);
    hold(context, spoiled, 'WAITING', answer.reason);
    if (work.undo === true) undoIf(context, spoiled, work, answer);
    else pauseBeyond(context, spoiled, work, answer.reason);
    return;
  }
  if (soak(context, step, work.soakMs) === 0) {
    complete(context, step);
    return;
  }
  const { soakingMs = nowMs } = step;
  const began = step.soakingMs === undefined ? { soakingMs } : {};
  hold(context, step, 'WAITING', `${answer.reason}: ${soakText(soakingMs, work.soakMs)}`, began);
}

const isBeyond = (context: Context, { startedMs }: StepRecord, { deadlineMs }: WaitWork): boolean =>
  deadlineMs !== undefined && startedMs !== undefined && context.nowMs - startedMs >= deadlineMs;

/** What is judged and found wanting is rolled back, and so is what takes too long. */
function undoIf(context: Context, step: StepRecord, work: WaitWork, answer: ProbeAnswer): void {
  if (answer.failed === true || isBeyond(context, step, work)) undo(context, step, answer.reason);
}

/** Beyond its deadline the run is paused. */
function pauseBeyond(context: Context, step: StepRecord, work: WaitWork, reason: string): void {
  if (!isBeyond(context, step, work)) return;
  pauseRun(context, step, `${step.name} has waited longer than ${(work.deadlineMs ?? 0) / 1000} s: ${reason}`);
}
