/** A run as a tree: `deploy (serial) (IN_PROGRESS)`, its phases, its steps, and what each waits for. Pure. */
import type { FieldDiff } from '@warder/core';
import type { PhaseView, RunView } from '../api/answers.ts';
import { quote } from '../output/quote.ts';
import { paintStatus } from '../output/status.ts';
import type { Paint } from '../output/terminal.ts';
import { duration, took } from '../output/time.ts';
import { renderTree, type Branch } from '../output/tree.ts';
import { stepText } from './step.ts';

/** Characters of a parameter that are shown. */
const PARAM_MAX = 80;

export type TreeOptions = {
  readonly paint: Paint;
  readonly nowMs: number;
  /** A command line for the service of the run, from its words. */
  readonly command: (...words: readonly string[]) => string;
};

export function planLines(run: RunView, options: TreeOptions): readonly string[] {
  const { paint } = options;
  return [
    ...renderTree(runBranch(run, options)),
    ...run.errors.map((error) => paint('red', `error: ${error}`)),
    ...leftBehindLines(run).map((line) => paint('yellow', line)),
  ];
}

/** What a run could not take away, since nobody answers there. */
export function leftBehindLines({ leftBehind = [] }: RunView): readonly string[] {
  return leftBehind.map((what) => `left behind: ${what}`);
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
      paint('dim', [elapsed, progressText(run)].filter((part) => part !== '').join(', ')),
      paramsText(run).trim(),
      endingText(run, paint),
      pauseText(run.paused, options),
    ]),
    children: run.phases.map((phase) => phaseBranch(run, phase, options)),
  };
}

/** It is given up, and ends when it has cleaned up. */
function endingText({ ending }: RunView, paint: Paint): string {
  if (ending === undefined) return '';
  const by = ending.by === undefined ? '' : ` by ${ending.by}`;
  return paint('yellow', `${ending.how.toLowerCase().replace('_', ' ')}${by}, cleans up first`);
}

/** `2 of 6 steps, about 3m 00s left`, while it goes on. */
function progressText({ endedMs, progress, eta }: RunView): string {
  if (endedMs !== undefined || progress.done === progress.total) return '';
  const left = eta === undefined ? '' : `, about ${duration(eta.ms)} left`;
  return `${progress.done} of ${progress.total} steps${left}`;
}

/** ` with TO='the attic'`: the parameters that a run was started with. */
export function paramsText({ params = {} }: RunView): string {
  const given = Object.entries(params).map(([name, value]) => `${name}=${quote(shortened(value))}`);
  return given.length === 0 ? '' : ` with ${given.join(' ')}`;
}

/** A parameter may be a whole file. */
function shortened(value: string): string {
  const kept = (value.split('\n', 1)[0] ?? '').slice(0, PARAM_MAX);
  return kept === value ? value : `${kept}... (${value.length} characters)`;
}

function phaseBranch(run: RunView, phase: PhaseView, options: TreeOptions): Branch {
  const { paint, command } = options;
  const waits = phase.canary?.waits === true && run.endedMs === undefined;
  const resume = command('plan', 'resume', run.name, phase.name);
  return {
    text: join([
      phase.name,
      `(${phase.strategy} strategy)`,
      `(${paintStatus(paint, phase.status)})`,
      phase.after === undefined ? '' : paint('dim', `after ${phase.after.join(', ')}`),
      phase.cleanup === true ? paint('dim', 'also when it is cancelled') : '',
      waits ? paint('yellow', `waits for its canary: ${resume}`) : '',
      pauseText(phase.paused, options),
    ]),
    children: phase.steps.map((step) => ({ text: stepText(run, phase, step, options) })),
  };
}

function elapsedText(fromMs: number, endedMs: number | undefined, nowMs: number): string {
  return endedMs === undefined ? duration(nowMs - fromMs) : took(endedMs - fromMs);
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
