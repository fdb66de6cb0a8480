/** What a request would do, step by step and why. Pure. */
import type { Where } from '@warder/core';
import type { DryRunAnswer, PhaseView, StepView } from '../api/answers.ts';
import type { Paint } from '../output/terminal.ts';
import { duration } from '../output/time.ts';
import { renderTree, type Branch } from '../output/tree.ts';
import { diffText, paramsText } from './tree.ts';

/** `begin`: the command line that would begin it. */
export function dryRunLines(answer: DryRunAnswer, paint: Paint, begin: string): readonly string[] {
  const { run, diff, refusals, warnings, hash, report, cost = [], estimate, stages = [] } = answer;
  const steps = run.phases.flatMap((phase) => phase.steps);
  if (steps.length + diff.length + refusals.length === 0) return ['Nothing would change.'];
  return [
    ...renderTree({
      text: `${paint('bold', answer.plan)} (${run.strategy} strategy) would do ${count(steps.length)}${paramsText(run)}`,
      children: few(run.phases.map((phase) => phaseBranch(phase, paint, stages))),
    }),
    ...(diff.length === 0 ? [] : ['', 'Changes:', ...diff.map((each) => `  ${diffText(each)}`)]),
    ...(report === undefined ? [] : ['', ...report.split('\n')]),
    ...(cost.length === 0 ? [] : ['', `It costs: ${cost.map((each) => `${each.what} ${each.count}`).join(', ')}.`]),
    ...(estimate === undefined ? [] : ['', `It takes about ${duration(estimate.ms)}: ${estimate.how}.`]),
    ...(refusals.length === 0 ? [] : ['', ...refusals.map((why) => paint('red', `would be refused: ${why}`))]),
    ...(warnings.length === 0 ? [] : ['', ...warnings.map((warning) => paint('yellow', `warning: ${warning}`))]),
    '',
    `Nothing was changed. hash ${hash}`,
    ...(refusals.length > 0 ? [] : [`Begin it: ${begin}`]),
  ];
}

/** Of very many phases the first and the last: those between are more of the same. All of them: --json. */
const SHOWN_FIRST = 12;
const SHOWN_LAST = 4;

function few(phases: readonly Branch[]): readonly Branch[] {
  const left = phases.length - SHOWN_FIRST - SHOWN_LAST;
  if (left <= 1) return phases;
  const between: Branch = { text: `... and ${left} phases more`, children: [] };
  return [...phases.slice(0, SHOWN_FIRST), between, ...phases.slice(-SHOWN_LAST)];
}

const count = (steps: number): string => `${steps} step${steps === 1 ? '' : 's'}`;

function phaseBranch(phase: PhaseView, paint: Paint, stages: Stages): Branch {
  return {
    text: `${phase.name} (${phase.strategy} strategy)${phase.after === undefined ? '' : ` after ${phase.after.join(', ')}`}${phase.cleanup === true ? ' also when it is cancelled' : ''}`,
    children: phase.steps.map((step) => ({
      text: `${step.name}: ${paint('cyan', effect(step))}`,
      children: [...step.diff.map(diffText), ...stageTexts(step, stages)].map((text) => ({ text })),
    })),
  };
}

type Stages = NonNullable<DryRunAnswer['stages']>;

/** What bringing its configuration does to which instances. */
function stageTexts({ name, work }: StepView, stages: Stages): readonly string[] {
  const stage = work.kind === 'configure' ? stages.find(({ step }) => step === name) : undefined;
  if (stage === undefined) return [];
  const { restarts, live } = stage;
  if (restarts.length + live.length === 0) return ['nothing restarts'];
  return [
    ...(restarts.length === 0 ? [] : [`restarts ${restarts.map(({ instance }) => instance).join(', ')}`]),
    ...(live.length === 0 ? [] : [`changed live: ${live.join(', ')}`]),
  ];
}

function placeText({ on, notOn }: Where = {}): string {
  if (on !== undefined) return `, on ${on}`;
  return notOn === undefined ? '' : `, away from ${notOn}`;
}

/** What the step does to what runs now. */
function effect({ work, diff }: StepView): string {
  switch (work.kind) {
    case 'launch':
      if (work.replace) return `replaced, with empty volumes${placeText(work.where)}`;
      // What differs runs already, but for an instance that is new as a whole.
      return work.restart || diff.some(({ path }) => path !== work.instance) ? 'restarted' : 'started';
    case 'stop':
      return 'stopped';
    case 'release':
      return 'its volumes are destroyed';
    case 'call':
      return work.live ? 'changed live, no restart' : `calls ${work.procedure}${forGood(work)}`;
    case 'wait':
      return `waits until ${work.probe} says yes${work.soakMs > 0 ? ` for ${duration(work.soakMs)}` : ''}`;
    case 'approve':
      return `waits for a person: ${work.text}`;
    case 'configure':
      return `an update to this configuration${forGood(work)}`;
    default:
      return work satisfies never;
  }
}

const forGood = ({ oneWay }: { readonly oneWay?: string }): string =>
  oneWay === undefined ? '' : `, for good: ${oneWay}`;
