/** One step as a line of the tree: how it stands, what it waits for and since when, and who can let it go. Pure. */
import type { PhaseView, RunView, StepView } from '../api/answers.ts';
import { paintStatus } from '../output/status.ts';
import { duration, took } from '../output/time.ts';
import type { TreeOptions } from './tree.ts';

export function stepText(run: RunView, phase: PhaseView, step: StepView, options: TreeOptions): string {
  const { paint, nowMs } = options;
  const parts = [
    step.name,
    `(${paintStatus(paint, step.status)})`,
    paint('dim', elapsed(step, nowMs)),
    step.forced === undefined ? '' : paint('yellow', `forced by ${step.forced.by}`),
    step.approved === undefined ? '' : `approved by ${step.approved.by}`,
    waitText(run, phase, step, options),
  ];
  return parts.filter((part) => part !== '').join(' ');
}

function elapsed({ startedMs, endedMs }: StepView, nowMs: number): string {
  if (startedMs === undefined) return '';
  return endedMs === undefined ? duration(nowMs - startedMs) : took(endedMs - startedMs);
}

function waitText(run: RunView, phase: PhaseView, step: StepView, options: TreeOptions): string {
  const { paint, nowMs, command } = options;
  if (step.status === 'COMPLETE') return '';
  const soak = soakText(step, nowMs);
  if (soak !== '') return paint('cyan', soak);
  // What the phase waits for is said there.
  if (step.reason === undefined || phase.canary?.waits === true) return '';
  const { text, sinceMs } = step.reason;
  const isAsked = step.work.kind === 'approve' && step.status === 'WAITING' && run.endedMs === undefined;
  const approve = isAsked ? `: ${command('plan', 'approve', run.name, phase.name, step.name)}` : '';
  const since = paint('dim', `(for ${duration(nowMs - sinceMs)})`);
  return `${paint(step.status === 'ERROR' ? 'red' : 'yellow', text)} ${since}${approve}`;
}

/** `good for 12s of 30s`. */
function soakText({ soakingMs, work }: StepView, nowMs: number): string {
  const soakMs = 'soakMs' in work ? (work.soakMs ?? 0) : 0;
  if (soakingMs === undefined || soakMs === 0) return '';
  return `soaks: good for ${duration(nowMs - soakingMs)} of ${duration(soakMs)}`;
}
