/** Which children may go now. */
import type { Context } from '../context.ts';
import type { RunPhase, RunRecord } from '../record/run.ts';
import type { StepRecord } from '../record/step.ts';
import { isBegun, phaseKey, subjectOf } from '../index-records.ts';
import { waitsFor } from './cleanup.ts';

/** What is known is all that is needed: views ask too. */
type Known = Pick<Context, 'state'>;

/** The phases of a run whose steps may begin. */
export function candidatePhases(context: Context, run: RunRecord): readonly number[] {
  if (waitsFor(context.state, run) !== undefined) return [];
  const open = openPhases(context, run);
  switch (run.strategy) {
    case 'parallel':
      return open;
    case 'serial': {
      // A phase that was started again waits for what a later one has begun.
      const later = open.slice(1).some((at) => hasBegun(context, run, at));
      return later ? [] : open.slice(0, 1);
    }
    case 'dependency':
      return open.filter((at) => mayBegin(context, run, at, open));
    default:
      return run.strategy satisfies never;
  }
}

/** Those with something left to do: of a run that is given up, what cleans up. */
export function openPhases(context: Context, run: RunRecord): readonly number[] {
  const open: number[] = [];
  for (let at = 0; at < run.phases.length; at += 1)
    if ((run.ending === undefined || run.phases[at]?.cleanup === true) && remaining(context, run, at) > 0)
      open.push(at);
  return open;
}

/** Everything before it is complete, and nothing after it is at work (it was started again while that was). */
function mayBegin(context: Context, run: RunRecord, at: number, open: readonly number[]): boolean {
  const before = ancestorsOf(run, at);
  if (open.some((other) => before.has(other))) return false;
  return !open.some((other) => other !== at && hasBegun(context, run, other) && ancestorsOf(run, other).has(at));
}

/** Whatever must be complete before a phase, directly or through others. */
function ancestorsOf(run: RunRecord, at: number, seen = new Set<number>()): ReadonlySet<number> {
  for (const name of run.phases[at]?.after ?? []) {
    const before = run.phases.findIndex((phase) => phase.name === name);
    if (before === -1 || seen.has(before)) continue;
    seen.add(before);
    ancestorsOf(run, before, seen);
  }
  return seen;
}

const hasBegun = (context: Context, run: RunRecord, at: number): boolean =>
  (context.state.index.progress.get(phaseKey(run, at))?.begun.size ?? 0) > 0;

const remaining = (context: Context, run: RunRecord, at: number): number =>
  context.state.index.progress.get(phaseKey(run, at))?.remaining ?? 0;

export const isCanary = ({ strategy }: RunPhase): boolean =>
  strategy === 'serial-canary' || strategy === 'parallel-canary';

/** The steps of the phase go one by one now. */
export const isSerial = (phase: RunPhase): boolean =>
  phase.strategy === 'serial' || phase.strategy === 'serial-canary' || (isCanary(phase) && timesResumed(phase) < 2);

export const timesResumed = (phase: RunPhase): number => phase.resumed?.times ?? 0;

/** A canary phase lets nothing begin now: before the canary, or after it, until a person says go on. */
export function waitsForPerson(context: Known, phase: RunPhase): boolean {
  if (!isCanary(phase) || timesResumed(phase) > 1) return false;
  if (timesResumed(phase) === 0) return true;
  const canary = canaryOf(context, phase);
  return (
    canary !== undefined &&
    !phase.stepIds.some((id) => openStep(context, id) !== undefined && isAbout(context, id, canary))
  );
}

/** What went first since the phase was resumed: an instance with all its steps, or a step about none. */
function canaryOf(context: Known, phase: RunPhase): string | undefined {
  const { firstMs = 0 } = phase.resumed ?? {};
  return phase.stepIds
    .map((id) => context.state.steps.get(id))
    .filter((step) => step !== undefined)
    .filter(({ status, attempts, forced, endedMs = 0 }) => {
      if (status !== 'COMPLETE') return isBegun(status);
      // A step that found nothing to do has proved nothing.
      return (attempts > 0 || forced !== undefined) && endedMs >= firstMs;
    })
    .map((step) => subjectOf(step) ?? step.id)[0];
}

function isAbout(context: Known, id: string, subject: string): boolean {
  const step = context.state.steps.get(id);
  return step !== undefined && (subjectOf(step) ?? id) === subject;
}

/** The steps of a phase that may go: all, or in a serial one the first that did not ask for the others to go first. */
export function candidateSteps(context: Context, run: RunRecord, phase: RunPhase, at: number): readonly StepRecord[] {
  const { steps, index } = context.state;
  const progress = index.progress.get(phaseKey(run, at));
  if (progress === undefined) return [];
  while (progress.cursor < phase.stepIds.length && openStep(context, phase.stepIds[progress.cursor]) === undefined) {
    progress.cursor += 1;
  }
  if (!isSerial(phase)) return phase.stepIds.slice(progress.cursor).flatMap((id) => openStep(context, id) ?? []);
  // One that was started again, or let others go first, waits for what has begun.
  const [begun = ''] = progress.begun;
  const busy = steps.get(begun);
  if (busy !== undefined && busy.status !== 'COMPLETE') return [busy];
  if (waitsForPerson(context, phase)) return [];
  const canary = isCanary(phase) && timesResumed(phase) === 1 ? canaryOf(context, phase) : undefined;
  return firstInLine(context, phase, progress.cursor, canary);
}

/** With `canary`, of the steps about it. */
function firstInLine(context: Context, phase: RunPhase, cursor: number, canary?: string): readonly StepRecord[] {
  let first: StepRecord | undefined;
  const earlier = new Set<string | undefined>();
  for (let next = cursor; next < phase.stepIds.length; next += 1) {
    const step = openStep(context, phase.stepIds[next]);
    if (step === undefined || (canary !== undefined && !isAbout(context, step.id, canary))) continue;
    // The steps about one instance come one after the other: the first prepares the next.
    const subject = subjectOf(step);
    if (subject !== undefined && earlier.has(subject)) continue;
    earlier.add(subject);
    if (!step.deferred) return [step];
    first ??= step;
  }
  return first === undefined ? [] : [first];
}

function openStep(context: Known, id = ''): StepRecord | undefined {
  const step = context.state.steps.get(id);
  return step === undefined || step.status === 'COMPLETE' ? undefined : step;
}
