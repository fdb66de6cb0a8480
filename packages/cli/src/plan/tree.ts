/** A run as a tree: `deploy (serial) (IN_PROGRESS)`, its phases, its steps, and what each waits for. Pure. */
import type { FieldDiff } from '@warder/core';
import type { PhaseView, RunView, StepView } from '../api/answers.ts';
import { paintStatus } from '../output/status.ts';
import type { Paint } from '../output/terminal.ts';
import { duration, took } from '../output/time.ts';
import { renderTree, type Branch } from '../output/tree.ts';

export type TreeOptions = {
  readonly paint: Paint;
  readonly nowMs: number;
};

export function planLines(run: RunView, options: TreeOptions): readonly string[] {
  return [
    ...renderTree(runBranch(run, options)),
    ...run.errors.map((error) => options.paint('red', `error: ${error}`)),
  ];
}

/** A plan that the spec has and nobody started yet. */
export function neverRan(run: RunView): boolean {
  return run.id === '';
}

function runBranch(run: RunView, options: TreeOptions): Branch {
  const { paint, nowMs } = options;
  const elapsed = neverRan(run) ? '' : elapsedText(run.createdMs, run.endedMs, nowMs);
  return {
    text: join([
      paint('bold', run.name),
      `(${run.strategy} strategy)`,
      `(${paintStatus(paint, run.status)})`,
      paint('dim', elapsed),
      pauseText(run.paused, options),
    ]),
    children: run.phases.map((phase) => phaseBranch(phase, options)),
  };
}

function phaseBranch(phase: PhaseView, options: TreeOptions): Branch {
  return {
    text: join([
      phase.name,
      `(${phase.strategy} strategy)`,
      `(${paintStatus(options.paint, phase.status)})`,
      pauseText(phase.paused, options),
    ]),
    children: phase.steps.map((step) => ({ text: stepText(step, options) })),
  };
}

function stepText(step: StepView, options: TreeOptions): string {
  const { paint } = options;
  return join([
    step.name,
    `(${paintStatus(paint, step.status)})`,
    paint('dim', stepElapsed(step, options.nowMs)),
    step.forced === undefined ? '' : paint('yellow', `forced by ${step.forced.by}`),
    reasonText(step, options),
  ]);
}

function stepElapsed(step: StepView, nowMs: number): string {
  return step.startedMs === undefined ? '' : elapsedText(step.startedMs, step.endedMs, nowMs);
}

function elapsedText(fromMs: number, endedMs: number | undefined, nowMs: number): string {
  return endedMs === undefined ? duration(nowMs - fromMs) : took(endedMs - fromMs);
}

function reasonText(step: StepView, { paint, nowMs }: TreeOptions): string {
  if (step.status === 'COMPLETE') return '';
  if (step.reason === undefined) return '';
  const { text, sinceMs } = step.reason;
  return `${paint(step.status === 'ERROR' ? 'red' : 'yellow', text)} ${paint('dim', `(for ${duration(nowMs - sinceMs)})`)}`;
}

function pauseText(paused: RunView['paused'], { paint, nowMs }: TreeOptions): string {
  if (paused === undefined) return '';
  const why = paused.reason === undefined ? '' : `: ${paused.reason}`;
  return paint('yellow', `paused by ${paused.by} for ${duration(nowMs - paused.sinceMs)}${why}`);
}

/** Who or what started the run, and for which fields. */
export function causeLines({ id, cause }: RunView): readonly string[] {
  return [`${id}: ${cause.text}, by ${cause.by}`, ...cause.diff.map((diff) => `  ${diffText(diff)}`)];
}

/** `pods.broker.memory: 1024 -> 2048`. */
export function diffText(diff: FieldDiff): string {
  return `${diff.path}: ${valueText(diff.from)} -> ${valueText(diff.to)}`;
}

function valueText(value: unknown): string {
  if (value === undefined) return '(not set)';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function join(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' ');
}
