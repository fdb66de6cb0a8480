import type { RunRecord } from '../record/run.ts';
import type { State } from '../state.ts';

/** The run of the stage that a longer plan has come to: it stands still and ends with it. */
export function childOf(state: State, run: RunRecord): RunRecord | undefined {
  const ids = run.phases.flatMap(({ stepIds }) => stepIds.flatMap((id) => state.steps.get(id)?.childId ?? []));
  return ids.flatMap((id) => state.runs.get(id) ?? []).find(({ ended }) => ended === undefined);
}
