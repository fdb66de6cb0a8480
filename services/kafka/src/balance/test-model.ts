/** Small clusters for tests: by hand, and by chance. */
import fc from 'fast-check';
import type { Broker, Model, Partition } from './model.ts';
import { propose, type Proposal } from './proposal.ts';
import type { Limits, Wish } from './model.ts';

/** Brokers 0, 1, ... in the racks that are named, one letter each. */
export const brokersIn = (racks: string, each: Partial<Broker> = {}): readonly Broker[] =>
  racks.split('').map((rack, id) => ({ id, rack, ...each }));

export const partition = (
  index: number,
  replicas: readonly number[],
  sizeBytes = 0,
  more: Partial<Partition> = {},
): Partition => ({ topic: 'orders', index, replicas, sizeBytes, inBytes: 0, outBytes: 0, ...more });

/** What is proposed; fails when it is refused. */
export const proposed = (model: Model, wish?: Wish, limits?: Partial<Limits>): Proposal => {
  const answer = propose(model, wish, limits);
  if ('refused' in answer) throw new Error(answer.refused.join('; '));
  return answer;
};

export const refusedFor = (model: Model, wish: Wish): string => {
  const answer = propose(model, wish);
  return 'refused' in answer ? answer.refused.join('; ') : 'not refused';
};

const stateOf = fc.constantFrom('alive', 'alive', 'alive', 'alive', 'cordoned', 'leaving', 'broken' as const);

/** Two to eight brokers in any racks and states, with disks known or not, and up to thirty partitions. */
export const anyModel: fc.Arbitrary<Model> = fc
  .record({
    brokers: fc.array(
      fc.record(
        {
          rack: fc.constantFrom('a', 'b', 'c'),
          state: stateOf,
          diskBytes: fc.constantFrom(500, 1_000, 5_000),
        },
        { requiredKeys: [] },
      ),
      { minLength: 2, maxLength: 8 },
    ),
    partitions: fc.array(
      fc.record({
        copies: fc.integer({ min: 1, max: 4 }),
        shuffle: fc.array(fc.nat(1_000), { minLength: 8, maxLength: 8 }),
        topic: fc.constantFrom('a', 'b', 'c'),
        sizeBytes: fc.nat(100),
        inBytes: fc.nat(100),
        outBytes: fc.nat(300),
      }),
      { maxLength: 30 },
    ),
  })
  .map(({ brokers, partitions }) => ({
    brokers: brokers.map((each, id) => ({ ...each, id })),
    partitions: partitions.map(({ copies, shuffle, ...rest }, index) => ({
      ...rest,
      index,
      replicas: brokers
        .map((_, id) => id)
        .toSorted((a, b) => (shuffle[a] ?? 0) - (shuffle[b] ?? 0))
        .slice(0, copies),
    })),
  }));
