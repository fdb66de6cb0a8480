/** How long something will take, and how that was estimated. */
import { estimate, historyOf } from '@warder/core';
import type { Estimate, RunRecord, State } from '@warder/core';
import { z } from 'zod';
import { stepsIn } from './step.ts';

export const etaView = z
  .object({
    ms: z.number().describe('Milliseconds; people who are waited for take no time in it'),
    how: z.string().describe('What the estimate rests on'),
  })
  .meta({ id: 'Eta' });

export type EtaView = z.infer<typeof etaView>;

/** Undefined: it has ended, or nothing like it was ever done. */
export function viewEta(state: State, run: RunRecord, nowMs: number): EtaView | undefined {
  if (run.ended !== undefined) return undefined;
  const stepsOf = stepsIn(state.steps);
  const open = run.ending === undefined ? run.phases : run.phases.filter(({ cleanup }) => cleanup === true);
  const phases = open.map((phase) => ({ ...phase, steps: stepsOf(phase.stepIds) }));
  const found = estimate(historyOf(state), { strategy: run.strategy, phases }, nowMs);
  return found === undefined ? undefined : etaOf(found);
}

/** Undefined: nothing is left to do but what people do. */
export function etaOf({ ms, byName, byKind, unknown }: Estimate): EtaView | undefined {
  const parts = [
    ...(byName === 0 ? [] : [`the median of earlier steps of the same name (${steps(byName)})`]),
    ...(byKind === 0 ? [] : [`the median of earlier steps that did the same to the same pod (${steps(byKind)})`]),
    ...(unknown === 0 ? [] : [`nothing known and no time counted (${steps(unknown)})`]),
  ];
  return parts.length === 0 ? undefined : { ms, how: parts.join('; ') };
}

const steps = (count: number): string => `${count} step${count === 1 ? '' : 's'}`;
