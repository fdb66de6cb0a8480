/** Moves by chance, for tests: of any partitions, each with other brokers than before. In the order of their names. */
import fc from 'fast-check';
import type { LeaderChange } from '../balance/proposal.ts';

const replicas = fc.uniqueArray(fc.nat(9), { minLength: 1, maxLength: 4 });

export const anyMoves: fc.Arbitrary<readonly LeaderChange[]> = fc
  .uniqueArray(
    fc.record({ topic: fc.constantFrom('a', 'b', 'c.d'), index: fc.nat(20), from: replicas, shift: fc.nat(9) }),
    { selector: ({ topic, index }) => `${topic} ${index}`, maxLength: 30 },
  )
  .map((all) =>
    all
      .map(({ topic, index, from, shift }) => ({ topic, index, from, to: from.map((id) => (id + shift) % 10) }))
      .toSorted((a, b) => (a.topic === b.topic ? a.index - b.index : a.topic < b.topic ? -1 : 1)),
  );
