/** What an emptied broker copies again, as if it was moved there: so it is throttled and counted as any move is. Pure. */
import type { LeaderChange } from '../balance/proposal.ts';
import type { Partition } from '../cluster/view.ts';

/** Of every partition that has a replica there; in the order of their names, whoever told them. */
export const catchUpMoves = (
  partitions: readonly Pick<Partition, 'topic' | 'index' | 'replicas'>[],
  id: number,
): readonly LeaderChange[] =>
  partitions
    .filter(({ replicas }) => replicas.includes(id))
    .map(({ topic, index, replicas }) => ({
      topic,
      index,
      from: replicas.filter((other) => other !== id),
      to: replicas,
    }))
    .toSorted((a, b) => (a.topic === b.topic ? a.index - b.index : a.topic < b.topic ? -1 : 1));
