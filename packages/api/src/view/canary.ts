/** How a canary phase stands: a person lets its first step go, and after that the others. */
import { waitsForPerson, phaseStatus } from '@warder/core';
import type { RunPhase, RunRecord, State } from '@warder/core';
import { z } from 'zod';
import { stepsIn } from './step.ts';

export const canaryView = z
  .object({
    resumed: z.number().describe('How often a person has let it go on: once for its canary, twice for all'),
    waits: z.boolean().describe('It is its turn, and nothing of it begins until `continue`'),
  })
  .meta({ id: 'Canary' });

/** Undefined: the phase has no canary. */
export function viewCanary(state: State, run: RunRecord, phase: RunPhase): z.infer<typeof canaryView> | undefined {
  if (phase.strategy !== 'serial-canary' && phase.strategy !== 'parallel-canary') return undefined;
  const isOpen = run.ended === undefined && !isComplete(state, phase);
  return {
    resumed: phase.resumed?.times ?? 0,
    waits: isOpen && waitsForPerson({ state }, phase) && isNext(state, run, phase),
  };
}

/** Nothing before it is open. */
function isNext(state: State, run: RunRecord, phase: RunPhase): boolean {
  switch (run.strategy) {
    case 'parallel':
      return true;
    case 'serial':
      return run.phases.slice(0, run.phases.indexOf(phase)).every((before) => isComplete(state, before));
    case 'dependency':
      return run.phases
        .filter(({ name }) => phase.after?.includes(name) === true)
        .every((before) => isComplete(state, before));
    default:
      return run.strategy satisfies never;
  }
}

const isComplete = (state: State, { stepIds }: RunPhase): boolean =>
  phaseStatus(stepsIn(state.steps)(stepIds), false) === 'COMPLETE';
