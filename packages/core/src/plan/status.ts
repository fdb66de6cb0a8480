/** Status is derived: only steps hold one; phases and runs compute theirs. */
import type { RunEnd, RunRecord } from '../record/run.ts';
import type { StepRecord, StepStatus } from '../record/step.ts';

/** `IN_PROGRESS` and how a run ended are only ever derived. */
export type Status = StepStatus | RunEnd | 'IN_PROGRESS';

/**
 * The status of a parent from its children's; the first rule that matches wins.
 * An empty parent is COMPLETE. A paused one waits, whatever its children do.
 */
export function statusOf(children: readonly Status[], paused: boolean): Status {
  if (children.includes('ERROR')) return 'ERROR';
  if (children.every((child) => child === 'COMPLETE')) return 'COMPLETE';
  if (paused) return 'WAITING';
  const open = children.filter((child) => child !== 'COMPLETE');
  if (open.every((child) => child === 'DELAYED')) return 'DELAYED';
  if (children.length > open.length) return open.every(isHeld) && open.some(isWaiting) ? 'WAITING' : 'IN_PROGRESS';
  const begun = open.filter((child) => child !== 'PENDING');
  const [first] = begun;
  if (first === undefined) return 'PENDING';
  if (begun.every(isWaiting)) return 'WAITING';
  return begun.every((child) => child === first) && begun.length === open.length ? first : 'IN_PROGRESS';
}

const isWaiting = (status: Status): boolean => status === 'WAITING';
const isHeld = (status: Status): boolean => status === 'WAITING' || status === 'PENDING';

export function runStatus(run: RunRecord, stepsOf: (stepIds: readonly string[]) => readonly StepRecord[]): Status {
  if (run.ended !== undefined) return run.ended.how;
  // Of a run that is given up, what it still does.
  const phases = run.ending === undefined ? run.phases : run.phases.filter(({ cleanup }) => cleanup === true);
  const status = statusOf(
    phases.map((phase) => phaseStatus(stepsOf(phase.stepIds), phase.paused !== undefined)),
    run.paused !== undefined,
  );
  return run.ending !== undefined && (status === 'COMPLETE' || status === 'PENDING') ? 'IN_PROGRESS' : status;
}

export function phaseStatus(steps: readonly StepRecord[], paused: boolean): Status {
  return statusOf(
    steps.map((step) => step.status),
    paused,
  );
}
