/** What changed between two views of a run, one line each: how a run reads where nothing can be repainted. Pure. */
import type { RunView, StepView } from '../api/answers.ts';
import { clockTime, duration, took } from '../output/time.ts';

export function changeLines(before: RunView | undefined, after: RunView, nowMs: number): readonly string[] {
  const known = new Map(stepsOf(before).map((step) => [step.id, step]));
  const lines = stepsOf(after)
    .filter((step) => !sameStep(known.get(step.id), step))
    .filter((step) => before !== undefined || step.status !== 'PENDING')
    .map((step) => `${step.name}  ${step.status}${tail(step)}`);
  if (before?.status !== after.status) lines.push(`${after.name}  ${after.status}${total(after)}`);
  const errors = after.errors.filter((error) => before?.errors.includes(error) !== true);
  lines.push(...errors.map((error) => `${after.name}  ${error}`));
  return lines.map((line) => `${clockTime(nowMs)}  ${line}`);
}

function stepsOf(run: RunView | undefined): readonly StepView[] {
  return run?.phases.flatMap((phase) => phase.steps) ?? [];
}

function sameStep(before: StepView | undefined, after: StepView): boolean {
  return before !== undefined && before.status === after.status && reasonOf(before) === reasonOf(after);
}

function tail(step: StepView): string {
  if (step.status === 'COMPLETE') {
    return step.startedMs === undefined || step.endedMs === undefined
      ? ''
      : `  in ${took(step.endedMs - step.startedMs)}`;
  }
  const reason = reasonOf(step);
  return reason === '' ? '' : `  ${reason}`;
}

const reasonOf = (step: StepView): string => step.reason?.text ?? '';

function total(run: RunView): string {
  if (run.endedMs !== undefined) return `  in ${took(run.endedMs - run.createdMs)}`;
  return run.eta === undefined ? '' : `  about ${duration(run.eta.ms)} left`;
}
