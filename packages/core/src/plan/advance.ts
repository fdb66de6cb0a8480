/** Working off the agenda: every run, step and instance that this decision has touched is looked at. */
import type { Context } from '../context.ts';
import type { RunPhase, RunRecord } from '../record/run.ts';
import type { StepRecord } from '../record/step.ts';
import { isBegun, isDropped, subjectOf } from '../index-records.ts';
import { putService } from '../write.ts';
import { advanceCall } from './call.ts';
import { waitsFor } from './cleanup.ts';
import { advanceConfigure } from './configure-step.ts';
import { advanceLaunch } from './launch.ts';
import { releaseOwed } from './owed.ts';
import { recover } from './recovery.ts';
import { advanceRelease } from './release.ts';
import { closeRun } from './end-run.ts';
import { hold, placeOf } from './step.ts';
import { advanceStop } from './stop.ts';
import { candidatePhases, candidateSteps, isSerial, openPhases, timesResumed, waitsForPerson } from './strategy.ts';
import { advanceApprove } from './approve.ts';
import { advanceWait } from './wait.ts';

/** One decision looks at no more than this: beyond it, something goes round in circles, which is a bug. */
const LOOKS_MAX = 1_000_000;

export function workOff(context: Context): void {
  const { agenda } = context;
  // Whoever works on an instance goes first: what is left is for recovery.
  const instances = new Set<string>();
  for (let looks = 0; agenda.size + instances.size > 0; looks += 1) {
    const [item = ''] = agenda.size > 0 ? agenda : instances;
    if (looks > LOOKS_MAX) throw new Error(`a decision does not come to an end; it last looked at ${item}`);
    const at = item.indexOf(':');
    const kind = item.slice(0, at);
    const id = item.slice(at + 1);
    // Deleted before the look, so that the look itself may ask for another one.
    if (!agenda.delete(item)) {
      instances.delete(item);
      recover(context, id);
    } else if (kind === 'run') advanceRun(context, id);
    else if (kind === 'step') advanceStep(context, id);
    else if (kind === 'agent') releaseOwed(context, id);
    else instances.add(item);
  }
}

function advanceRun(context: Context, id: string): void {
  const run = context.state.runs.get(id);
  if (run === undefined || run.ended !== undefined) return;
  const wait = waitsFor(context.state, run);
  const open = openPhases(context, run);
  if (open.length === 0) {
    // Of a run that is given up, a call may still be under way.
    if (wait === undefined) finish(context, run);
    return;
  }
  if (wait !== undefined) holdAll(context, run, open, wait);
  for (const at of candidatePhases(context, run)) {
    const phase = run.phases[at];
    if (phase === undefined) continue;
    const steps = candidateSteps(context, run, phase, at);
    for (const step of steps) context.agenda.add(`step:${step.id}`);
    if (steps.length === 0) holdCanary(context, phase);
  }
}

/** Nothing of the run begins yet: said by the first step that would. */
function holdAll(context: Context, run: RunRecord, open: readonly number[], why: string): void {
  const ids = open.flatMap((at) => run.phases[at]?.stepIds ?? []);
  const first = ids.map((id) => context.state.steps.get(id)).find((step) => step !== undefined && !isDone(step));
  if (first !== undefined && !isBegun(first.status)) hold(context, first, 'PENDING', why);
}

const isDone = ({ status }: StepRecord): boolean => status === 'COMPLETE';

function holdCanary(context: Context, phase: RunPhase): void {
  if (!waitsForPerson(context, phase)) return;
  const first = phase.stepIds.map((id) => context.state.steps.get(id)).find((step) => step?.status !== 'COMPLETE');
  if (first === undefined) return;
  const what = timesResumed(phase) === 0 ? 'the canary' : 'the rest, now that the canary is done,';
  hold(context, first, 'WAITING', `${what} waits for a person to resume the phase ${phase.name}`);
}

function finish(context: Context, run: RunRecord): void {
  const { how, by } = run.ending ?? { how: 'COMPLETE' };
  closeRun(context, run, how, by);
  const { service } = context.state;
  if (service === undefined || how !== 'COMPLETE') return;
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
  if (isDropped(run, step.id)) return;
  if (!isBegun(step.status)) {
    if (run.paused !== undefined || phase.paused !== undefined) return;
    if (!candidatePhases(context, run).includes(at)) return;
    if (isSerial(phase) && candidateSteps(context, run, phase, at)[0]?.id !== id) return;
    if (!isNextOfInstance(context, step, phase.stepIds)) return;
  }
  const { work } = step;
  switch (work.kind) {
    case 'launch':
      advanceLaunch(context, step, work);
      break;
    case 'stop':
      advanceStop(context, step, work);
      break;
    case 'release':
      advanceRelease(context, step, work.instance);
      break;
    case 'call':
      advanceCall(context, step, work);
      break;
    case 'wait':
      advanceWait(context, step, work);
      break;
    case 'approve':
      advanceApprove(context, step, work);
      break;
    case 'configure':
      advanceConfigure(context, step, work);
      break;
    default:
      work satisfies never;
  }
}

/** Also where a phase is parallel, the steps about one instance come one after the other: the first prepares the next. */
function isNextOfInstance(context: Context, step: StepRecord, stepIds: readonly string[]): boolean {
  const subject = subjectOf(step);
  if (subject === undefined) return true;
  // A step's place in its phase is the last number of its id.
  for (let at = Number(step.id.slice(step.id.lastIndexOf('.') + 1)) - 1; at >= 0; at -= 1) {
    const before = context.state.steps.get(stepIds[at] ?? '');
    if (before === undefined || subjectOf(before) !== subject) return true;
    if (before.status !== 'COMPLETE') return false;
  }
  return true;
}
