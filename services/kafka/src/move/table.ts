/** Moves as the arguments of steps hold them: they are written down with every change of a step, so in few words. */
import type { LeaderChange } from '../balance/proposal.ts';

/** By topic: the index of a partition, its replicas before, and after. */
export type MoveTable = Readonly<Record<string, readonly MoveRow[]>>;

type MoveRow = readonly [index: number, from: readonly number[], to: readonly number[]];

export const tableOf = (moves: readonly LeaderChange[]): MoveTable => {
  const topics = new Map<string, MoveRow[]>();
  for (const { topic, index, from, to } of moves) {
    const rows = topics.get(topic) ?? [];
    if (rows.length === 0) topics.set(topic, rows);
    rows.push([index, from, to]);
  }
  return Object.fromEntries(topics);
};

export const movesOf = (table: MoveTable): readonly LeaderChange[] =>
  Object.entries(table).flatMap(([topic, rows]) => rows.map(([index, from, to]) => ({ topic, index, from, to })));
