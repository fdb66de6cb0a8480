/** Working off the agenda: every run, step and instance that this decision has touched is looked at. */
import type { Context } from '../context.ts';
import type { RunRecord } from '../record/run.ts';
import type { StepRecord } from '../record/step.ts';
import { instanceOf, isBegun } from '../index-records.ts';
import { putService } from '../write.ts';
import { advanceCall } from './call.ts';
import { advanceLaunch } from './launch.ts';
import { recover } from './recovery.ts';
import { advanceRelease } from './release.ts';
import { endRun } from './run.ts';
import { placeOf } from './step.ts';
import { advanceStop } from './stop.ts';
import { candidatePhases, candidateSteps, remaining } from './strategy.ts';

/** One decision looks at no more than this: beyond it, something goes round in circles, which is a bug. */
const LOOKS_MAX = 1_000_000;

export function workOff(context: Context): void {
  let looks = 0;
  for (const item of context.agenda) {
    looks += 1;
    if (looks > LOOKS_MAX) throw new Error(`a decision does not come to an end; it last looked at ${item}`);
    // Deleted before the look, so that the look itself may ask for another one.
    context.agenda.delete(item);
    const at = item.indexOf(':');
    const id = item.slice(at + 1);
    switch (item.slice(0, at)) {
      case 'run':
        advanceRun(context, id);
        break;
      case 'step':
        advanceStep(context, id);
        break;
      default:
        recover(context, id);
    }
  }
}

function advanceRun(context: Context, id: string): void {
  const run = context.state.runs.get(id);
  if (run === undefined || run.ended !== undefined) return;
  if (run.phases.every((_, at) => remaining(context, run, at) === 0)) {
    finish(context, run);
    return;
  }
  for (const at of candidatePhases(context, run)) {
    const phase = run.phases[at];
    if (phase === undefined) continue;
    for (const step of candidateSteps(context, run, phase, at)) context.agenda.add(`step:${step.id}`);
  }
}

function finish(context: Context, run: RunRecord): void {
  endRun(context, run, 'COMPLETE');
  const { service } = context.state;
  if (service === undefined) return;
  if (run.plan === 'deploy') putService(context, { ...service, deployed: true });
  if (run.plan === 'uninstall') context.actions.push({ type: 'forget' });
}

function advanceStep(context: Context, id: string): void {
  lookAt(context, id);
  const { steps, index } = context.state;
  // It was told that it may stop something, and does not after all: the next may ask.
  if (!index.asked.has(id) && !isBegun(steps.get(id)?.status ?? 'PENDING')) index.disrupting.delete(id);
}

function lookAt(context: Context, id: string): void {
  const { state } = context;
  const step = state.steps.get(id);
  if (step === undefined || step.status === 'COMPLETE') return;
  const { run, phase, at } = placeOf(context, step);
  if (run.ended !== undefined) return;
  if (!isBegun(step.status)) {
    if (run.paused !== undefined || phase.paused !== undefined) return;
    if (!candidatePhases(context, run).includes(at)) return;
    if (phase.strategy === 'serial' && candidateSteps(context, run, phase, at)[0]?.id !== id) return;
    if (!isNextOfInstance(context, step, phase.stepIds)) return;
  }
  const { work } = step;
  switch (work.kind) {
    case 'launch':
      advanceLaunch(context, step, work);
      break;
    case 'stop':
      advanceStop(context, step, work.instance);
      break;
    case 'release':
      advanceRelease(context, step, work.instance);
      break;
    case 'call':
      advanceCall(context, step, work);
      break;
    default:
      work satisfies never;
  }
}

/** Also where a phase is parallel, the steps of one instance come one after the other: the first prepares the next. */
function isNextOfInstance(context: Context, step: StepRecord, stepIds: readonly string[]): boolean {
  const instance = instanceOf(step);
  if (instance === undefined) return true;
  for (let at = stepIds.indexOf(step.id) - 1; at >= 0; at -= 1) {
    const before = context.state.steps.get(stepIds[at] ?? '');
    if (before === undefined || instanceOf(before) !== instance) return true;
    if (before.status !== 'COMPLETE') return false;
  }
  return true;
}
