/** What a run that is given up still has to do, and what it waits for before it does. */
import { isDropped } from '../index-records.ts';
import type { RunRecord } from '../record/run.ts';
import type { StepRecord } from '../record/step.ts';
import type { State } from '../state.ts';
import { childOf } from './child.ts';

/** The steps of its cleanup that are not complete. With nothing begun there is nothing to clean up. */
export function cleanupOf(state: State, run: RunRecord): readonly StepRecord[] {
  if (!run.phases.some(({ cleanup }) => cleanup === true)) return [];
  const steps = run.phases.flatMap(({ stepIds, cleanup }) =>
    stepIds.flatMap((id) => {
      const step = state.steps.get(id);
      return step === undefined ? [] : [{ step, cleans: cleanup === true }];
    }),
  );
  if (!steps.some(({ step }) => hasBegun(step))) return [];
  return steps.flatMap(({ step, cleans }) => (cleans && step.status !== 'COMPLETE' ? [step] : []));
}

/** It has changed something, or may have: also where it waits for its turn again. */
const hasBegun = ({ work, attempts, startedMs, endedMs, restartedMs }: StepRecord): boolean =>
  work.kind !== 'wait' &&
  work.kind !== 'approve' &&
  (attempts > 0 || startedMs !== undefined || endedMs !== undefined || restartedMs !== undefined);

/** Why no phase of a run may begin anything now, in words. */
export function waitsFor(state: State, run: RunRecord): string | undefined {
  const before = run.afterIds?.flatMap((id) => state.runs.get(id) ?? []).find(({ ended }) => ended === undefined);
  if (before !== undefined) return `${before.id} (${before.plan}) cleans up first`;
  if (run.ending === undefined) return undefined;
  const call = callUnderWay(state, run);
  if (call !== undefined) return `${call.name} is under way: its end is waited for`;
  const child = childOf(state, run);
  return child === undefined ? undefined : `${child.id} (${child.plan}) ends first`;
}

/** A call that the run has made before it was given up: what it does must be done before it is undone. */
const callUnderWay = (state: State, run: RunRecord): StepRecord | undefined =>
  run.phases
    .flatMap(({ stepIds }) => stepIds)
    .filter((id) => isDropped(run, id) && state.index.asked.has(id))
    .flatMap((id) => state.steps.get(id) ?? [])[0];

/** Of runs that a new one takes the place of, those that have to clean up before it begins. */
export function afterThose(state: State, ids: readonly string[]): { readonly afterIds?: readonly string[] } {
  // What one of them was waiting for has not ended with it.
  const all = new Set(ids.flatMap((id) => [id, ...(state.runs.get(id)?.afterIds ?? [])]));
  const afterIds = [...all].filter((id) => state.runs.get(id) !== undefined && state.runs.get(id)?.ended === undefined);
  return afterIds.length === 0 ? {} : { afterIds };
}

/** Runs of these plans that are given up, and have to do with an instance where one is named. */
export const givenUp = (
  { runs, steps, index }: State,
  plans: readonly string[],
  instance?: string,
): readonly string[] =>
  [...index.activeRuns].filter((id) => {
    const run = runs.get(id);
    if (run?.ending === undefined || !plans.includes(run.plan)) return false;
    if (instance === undefined) return true;
    return run.phases.some(({ stepIds }) => stepIds.some((step) => steps.get(step)?.work.instance === instance));
  });

/** Those that bring configurations take the place of each other, any other plan that of its own runs. */
export const rivalsOf = (plan: string): readonly string[] =>
  plan === 'deploy' || plan === 'update' ? ['deploy', 'update'] : [plan];
