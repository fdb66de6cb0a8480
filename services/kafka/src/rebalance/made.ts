/** From the model of a cluster to what one run does. Pure. */
import type { LeaderChange, Move, Proposal, Refused } from '../balance/proposal.ts';
import { propose } from '../balance/proposal.ts';
import type { Batch } from '../balance/schedule.ts';
import type { PhaseSpec } from '@warder/sdk';
import type { ClusterModel } from '../model/model.ts';
import { neededRate, sensibleRate } from '../move/lists.ts';
import { movePhases } from '../move/phases.ts';
import type { Asked } from './wish.ts';

export type Look = {
  readonly asked: Asked;
  readonly proposal: Pick<Proposal, 'bound' | 'goals' | 'brokers' | 'notes'>;
  /** Of the model. */
  readonly racks: Readonly<Record<number, string>>;
  readonly notes: readonly string[];
  /** Those that one run makes. */
  readonly moves: readonly Move[];
  readonly leaders: readonly LeaderChange[];
  /** Those that were proposed. */
  readonly all: { readonly moves: number; readonly leaders: number };
  /** Absent: no throttle. */
  readonly rate?: number;
  readonly needed: ReturnType<typeof neededRate>;
  readonly phases: readonly PhaseSpec[];
  readonly batches: number;
  /** At the rate; without one they mean nothing. */
  readonly seconds: number;
  readonly boundSeconds: number;
};

/** Moves, changes of leaders and batches of one run: its records stay small. */
const movesMax = 20_000;
const batchesMax = 2_000;

export type Input = { readonly model: ClusterModel; readonly asked: Asked };

export const madeOf = ({ model, asked }: Input): Look | Refused => {
  const proposal = propose(model, asked.wish, { band: asked.band });
  if ('refused' in proposal) return proposal;
  const [first, batches] = lookOf({ model, asked }, proposal, proposal.moves);
  const some = boundedMoves(batches);
  return some.length === proposal.moves.length ? first : lookOf({ model, asked }, proposal, some)[0];
};

const lookOf = (
  { model, asked }: Input,
  proposal: Proposal,
  moves: readonly Move[],
): readonly [Look, readonly Batch[]] => {
  const { bound, goals, brokers, notes } = proposal;
  const leaders = proposal.leaders.slice(0, movesMax);
  const needed = neededRate(model, moves, model.leaders);
  const { throttle = sensibleRate(needed.bytesPerSecond) } = asked;
  const rate = throttle === 'none' ? {} : { rate: throttle };
  const limits = { inPerBroker: asked.copies, outPerBroker: asked.copies, moves: asked.moves };
  const { phases, schedule } = movePhases({ model, moves, leaders, limits, ...rate });
  const look: Look = {
    asked,
    proposal: { bound, goals, brokers, notes },
    racks: Object.fromEntries(model.brokers.map(({ id, rack = '-' }) => [id, rack])),
    notes: model.notes,
    moves,
    leaders,
    all: { moves: proposal.moves.length, leaders: proposal.leaders.length },
    ...rate,
    needed,
    phases,
    batches: schedule.batches.length,
    seconds: schedule.seconds,
    boundSeconds: schedule.boundSeconds,
  };
  return [look, schedule.batches];
};

/** Whole batches, the first at least. */
export const boundedMoves = (batches: readonly Batch[]): readonly Move[] => {
  const moves: Move[] = [];
  for (const batch of batches.slice(0, batchesMax)) {
    if (moves.length > 0 && moves.length + batch.moves.length > movesMax) break;
    moves.push(...batch.moves);
  }
  return moves;
};
