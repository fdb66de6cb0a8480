import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { batchesOf, harmed, type BatchInput } from './batch.ts';
import type { Partition } from './view.ts';

const partition = (topic: string, replicas: readonly number[], isr = replicas): Partition => ({
  topic,
  index: 0,
  leader: isr[0] ?? -1,
  replicas,
  isr,
});

const given = (change: Partial<BatchInput>): BatchInput => ({
  brokers: [],
  max: 3,
  partitions: [],
  minInSync: new Map(),
  voters: new Set(),
  ...change,
});

const range = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at);

test('brokers of one rack keep no two replicas of one partition: the batches are the racks', () => {
  const partitions = range(27).map((at) => partition('orders', [at % 3, 3 + (at % 3), 6 + (Math.floor(at / 3) % 3)]));
  const batches = batchesOf(given({ brokers: range(9), partitions, minInSync: new Map([['orders', 2]]) }));
  assert.deepEqual(batches, [
    [0, 1, 2],
    [3, 4, 5],
    [6, 7, 8],
  ]);
});

test('replicas that lie next to each other in a ring, as Kafka places them: every third may go', () => {
  const ring = [4, 7, 1, 0, 8, 2, 5, 3, 6];
  const partitions = range(9).map((at) =>
    partition('orders', [ring[at] ?? 0, ring[(at + 1) % 9] ?? 0, ring[(at + 2) % 9] ?? 0]),
  );
  const batches = batchesOf(given({ brokers: range(9), partitions, minInSync: new Map([['orders', 2]]) }));
  assert.equal(batches.length, 3);
});

test('each two of three may go together, and all three may not', () => {
  const input = given({
    brokers: [0, 1, 2],
    partitions: [partition('orders', [0, 1, 2])],
    minInSync: new Map([['orders', 1]]),
  });
  assert.deepEqual(batchesOf(input), [[0, 1], [2]]);
});

test('what has as many replicas as must be in sync keeps one for reads', () => {
  const input = given({
    brokers: [0, 1, 2],
    partitions: [partition('tight', [0, 1]), partition('single', [2])],
    minInSync: new Map([
      ['tight', 2],
      ['single', 1],
    ]),
  });
  assert.deepEqual(batchesOf(input), [[0, 2], [1]]);
});

test('who is not safe alone is alone; two voters never go together, the active one alone and last', () => {
  const behind = given({
    brokers: [0, 1, 2, 3],
    partitions: [partition('orders', [0, 1, 2], [0, 1])],
    minInSync: new Map([['orders', 2]]),
  });
  assert.deepEqual(batchesOf(behind), [[0], [1], [2, 3]]);
  const combined = given({ brokers: range(6), voters: new Set([0, 1, 2]), active: 1 });
  const batches = batchesOf(combined);
  assert.deepEqual(batches.at(-1), [1]);
  assert.equal(batches.filter((batch) => batch.filter((id) => id < 3).length > 1).length, 0);
});

const cluster = fc
  .record({
    brokers: fc.integer({ min: 1, max: 12 }),
    max: fc.integer({ min: 1, max: 6 }),
    voters: fc.integer({ min: 0, max: 5 }),
  })
  .chain(({ brokers, max, voters }) =>
    fc.record({
      brokers: fc.subarray([...range(brokers)]),
      max: fc.constant(max),
      voters: fc.constant(new Set(range(voters))),
      active: fc.option(fc.integer({ min: 0, max: brokers }), { nil: undefined }),
      minInSync: fc
        .array(fc.integer({ min: 1, max: 3 }), { minLength: 4, maxLength: 4 })
        .map((mins) => new Map(mins.map((min, at) => [`topic-${at}`, min]))),
      partitions: fc.array(
        fc
          .tuple(
            fc.integer({ min: 0, max: 4 }),
            fc.shuffledSubarray([...range(brokers)], { minLength: 1, maxLength: Math.min(4, brokers) }),
            fc.nat(),
          )
          .map(([topic, replicas, out]) =>
            partition(`topic-${topic}`, replicas, out % 4 === 0 ? replicas.slice(0, -1) : replicas),
          ),
        { maxLength: 20 },
      ),
    }),
  )
  .map(({ active, ...rest }): BatchInput => (active === undefined ? rest : { ...rest, active }));

test('law: every broker in one batch, none too large, every batch of several safe with all of it away', () => {
  fc.assert(
    fc.property(cluster, (input) => {
      const batches = batchesOf(input);
      assert.deepEqual(
        batches.flat().toSorted((a, b) => a - b),
        [...input.brokers].toSorted((a, b) => a - b),
      );
      for (const batch of batches) {
        assert.ok(batch.length >= 1 && batch.length <= input.max);
        if (batch.length === 1) continue;
        const away = new Set(batch);
        // By the definition itself, not by the code that is tried.
        for (const { topic, replicas, isr } of input.partitions) {
          const min = input.minInSync.get(topic);
          if (min === undefined || replicas.length === 1 || !replicas.some((id) => away.has(id))) continue;
          const left = isr.filter((id) => !away.has(id)).length;
          assert.ok(left >= 1, `${topic} goes offline with ${batch.join(', ')}`);
          assert.ok(left >= min || replicas.length <= min, `${topic} has ${left} of ${min} with ${batch.join(', ')}`);
        }
        assert.ok(batch.filter((id) => input.voters.has(id)).length <= 1);
        assert.ok(input.active === undefined || !away.has(input.active));
      }
    }),
    { numRuns: 500 },
  );
});

test('law: one at a time is one at a time, and the same cluster gives the same batches', () => {
  fc.assert(
    fc.property(cluster, (input) => {
      assert.ok(batchesOf({ ...input, max: 1 }).every((batch) => batch.length === 1));
      const shuffled = { ...input, brokers: input.brokers.toReversed(), partitions: input.partitions.toReversed() };
      assert.deepEqual(batchesOf(shuffled), batchesOf(input));
    }),
    { numRuns: 200 },
  );
});

test('law: what nobody shares goes as fast as it may', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 7 }), (count, max) => {
      const partitions = range(count).map((id) => partition('own', [id]));
      const input = given({ brokers: range(count), max, partitions, minInSync: new Map([['own', 1]]) });
      assert.equal(batchesOf(input).length, Math.ceil(count / max));
      assert.deepEqual(harmed(new Set(range(count)), input), []);
    }),
    { numRuns: 50 },
  );
});
