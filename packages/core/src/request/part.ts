/** A part of a run as people name it: phase and step by name or id. */
import type { Answer } from '../action.ts';
import type { Context } from '../context.ts';
import type { RunRecord } from '../record/run.ts';
import { phaseKey } from '../index-records.ts';
import type { StepRecord } from '../record/step.ts';
import type { PlanPart } from '../request.ts';

export const already = (message: string): Answer => ({ ok: false, code: 'already', message });

const unknownPart = (message: string): Answer => ({ ok: false, code: 'part-unknown', message });

/** The index of the phase that is named, undefined when none is, or the answer that there is no such phase. */
export function findPhase(run: RunRecord, part: PlanPart): number | undefined | Answer {
  if (part.phase === undefined) return undefined;
  const at = run.phases.findIndex(({ name }, index) => name === part.phase || phaseKey(run, index) === part.phase);
  return at === -1
    ? unknownPart(`${run.id} has no phase ${part.phase}; it has ${run.phases.map(({ name }) => name).join(', ')}`)
    : at;
}

export function findSteps(context: Context, run: RunRecord, part: PlanPart): readonly StepRecord[] | Answer {
  const at = findPhase(run, part);
  if (typeof at === 'object') return at;
  const phases = at === undefined ? run.phases : run.phases.slice(at, at + 1);
  const steps = phases.flatMap(({ stepIds }) => stepIds.flatMap((id) => context.state.steps.get(id) ?? []));
  if (part.step === undefined) return steps;
  const named = steps.filter(
    ({ id, name }) => id === part.step || name === part.step || name.startsWith(`${part.step}:`),
  );
  return named.length > 0
    ? named
    : unknownPart(`${run.id} has no step ${part.step}; it has ${steps.map(({ name }) => name).join(', ')}`);
}

export const isSteps = (value: readonly StepRecord[] | Answer): value is readonly StepRecord[] => Array.isArray(value);
