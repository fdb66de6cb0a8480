/** What is judged and found wanting: the run goes back by itself, or waits for a person where there is no way back. */
import type { Context } from '../context.ts';
import type { LaunchWork, StepRecord } from '../record/step.ts';
import { isBegun } from '../index-records.ts';
import { rollBack } from '../request/roll-back.ts';
import { putRun, putStep } from '../write.ts';
import { placeOf } from './step.ts';

/** A canary that was launched so often, and failed each time, will not come up. */
const LAUNCHES_MAX = 3;

export function undo(context: Context, step: StepRecord, why: string): void {
  const { run } = placeOf(context, step);
  const answered = rollBack(context, run, `${step.name}: ${why}`);
  if (!answered.ok) pauseRun(context, step, `${step.name}: ${why}; it is not rolled back: ${answered.message}`);
}

/** Neither given up nor carried on. Once a person resumes it, its time begins again, and so do its starts. */
export function pauseRun(context: Context, step: StepRecord, text: string): void {
  const { run } = placeOf(context, step);
  if (run.paused !== undefined) return;
  putRun(context, { ...run, paused: { by: 'warder', sinceMs: context.nowMs, reason: text } });
  const { startedMs: _startedMs, ...rest } = context.state.steps.get(step.id) ?? step;
  putStep(context, { ...rest, attempts: 0 });
}

/** True when the canary does not come up, and its run was rolled back for that. */
export function isUndone(context: Context, step: StepRecord, { undoMs }: LaunchWork): boolean {
  const { run } = placeOf(context, step);
  if (undoMs === undefined || !isBegun(step.status) || run.paused !== undefined) return false;
  const { startedMs = context.nowMs, attempts, launched, reason } = step;
  const last = reason?.text ?? 'nobody knows why';
  const failed = launched === undefined && attempts >= LAUNCHES_MAX;
  if (!failed && context.nowMs < startedMs + undoMs) {
    context.state.index.wakes.set(`step:${step.id}`, startedMs + undoMs);
    return false;
  }
  const what = failed ? `it was started ${attempts} times` : `it was not ready within ${undoMs / 1000} s`;
  undo(context, step, `${what}: ${last}`);
  return true;
}
