/** Which children may go now. */
import type { Context } from '../context.ts';
import type { RunPhase, RunRecord } from '../record/run.ts';
import type { StepRecord } from '../record/step.ts';
import { instanceOf, phaseKey } from '../index-records.ts';

/** The phases of a run whose steps may begin. */
export function candidatePhases(context: Context, run: RunRecord): readonly number[] {
  const open = run.phases.flatMap((_, at) => (remaining(context, run, at) > 0 ? [at] : []));
  if (run.strategy === 'parallel') return open;
  // A phase that was started again waits for what a later one has begun.
  const later = open
    .slice(1)
    .some((at) => (context.state.index.progress.get(phaseKey(run.id, at))?.begun.size ?? 0) > 0);
  return later ? [] : open.slice(0, 1);
}

export const remaining = (context: Context, run: RunRecord, at: number): number =>
  context.state.index.progress.get(phaseKey(run.id, at))?.remaining ?? 0;

/** The steps of a phase that may go: all, or in a serial one the first that did not ask for the others to go first. */
export function candidateSteps(context: Context, run: RunRecord, phase: RunPhase, at: number): readonly StepRecord[] {
  const { steps, index } = context.state;
  const progress = index.progress.get(phaseKey(run.id, at));
  if (progress === undefined) return [];
  const open = (id: string): StepRecord | undefined => {
    const step = steps.get(id);
    return step === undefined || step.status === 'COMPLETE' ? undefined : step;
  };
  while (progress.cursor < phase.stepIds.length && open(phase.stepIds[progress.cursor] ?? '') === undefined) {
    progress.cursor += 1;
  }
  if (phase.strategy === 'parallel') return phase.stepIds.slice(progress.cursor).flatMap((id) => open(id) ?? []);
  // One that was started again, or let others go first, waits for what has begun.
  const [begun = ''] = progress.begun;
  const busy = open(begun);
  if (busy !== undefined) return [busy];
  let first: StepRecord | undefined;
  const earlier = new Set<string | undefined>();
  for (let next = progress.cursor; next < phase.stepIds.length; next += 1) {
    const step = open(phase.stepIds[next] ?? '');
    if (step === undefined) continue;
    // The steps of one instance come one after the other: the first prepares the next.
    const instance = instanceOf(step);
    if (instance !== undefined && earlier.has(instance)) continue;
    earlier.add(instance);
    if (!step.deferred) return [step];
    first ??= step;
  }
  return first === undefined ? [] : [first];
}
