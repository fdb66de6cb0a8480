import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { generated } from './generator.ts';
import type { Model } from './model.ts';
import type { Move } from './proposal.ts';
import { defaultScheduleLimits, schedule, type ScheduleLimits } from './schedule.ts';
import { anyModel, brokersIn, partition, proposed } from './test-model.ts';

const limits: ScheduleLimits = { ...defaultScheduleLimits, bytesPerSecond: 10 };

const movesTo = (
  moves: readonly (readonly [from: readonly number[], to: readonly number[], bytes: number])[],
): readonly Move[] => moves.map(([from, to, bytes], index) => ({ topic: 'orders', index, from, to, bytes }));

/** How many copies each broker takes and gives in a batch. */
const copies = (moves: readonly Move[]) => {
  const [taken, given] = [new Map<number, number>(), new Map<number, number>()];
  for (const { from, to } of moves) {
    const added = to.filter((id) => !from.includes(id));
    for (const id of added) taken.set(id, (taken.get(id) ?? 0) + 1);
    const [source = -1] = from;
    given.set(source, (given.get(source) ?? 0) + added.length);
  }
  return { taken, given };
};

test('every move is in one batch, and no batch is over a limit', () => {
  const narrow = fc.record({
    inPerBroker: fc.integer({ min: 1, max: 4 }),
    outPerBroker: fc.integer({ min: 1, max: 4 }),
    moves: fc.integer({ min: 1, max: 9 }),
  });
  fc.assert(
    fc.property(anyModel, narrow, (told, own) => {
      const model = { ...told, brokers: told.brokers.map((each) => ({ ...each, state: 'alive' as const })) };
      const { moves } = proposed(model);
      const { batches, seconds, boundSeconds } = schedule({ model, moves, limits: { ...own, bytesPerSecond: 7 } });
      const all = batches.flatMap((batch) => batch.moves);
      assert.equal(all.length, moves.length);
      assert.deepEqual(new Set(all), new Set(moves));
      for (const batch of batches) {
        assert.ok(batch.moves.length <= own.moves);
        const { taken, given } = copies(batch.moves);
        for (const n of taken.values()) assert.ok(n <= own.inPerBroker);
        // A move that alone needs more copies of its leader than the limit goes with nothing else of that leader.
        const most = Math.max(
          own.outPerBroker,
          ...batch.moves.map(({ from, to }) => to.filter((id) => !from.includes(id)).length),
        );
        for (const n of given.values()) assert.ok(n <= most);
      }
      assert.ok(seconds >= boundSeconds - 1e-9);
    }),
  );
});

test('the bytes come from the leader, and the largest go first', () => {
  const model: Model = { brokers: brokersIn('abcd'), partitions: [] };
  const moves = movesTo([
    [[0, 1], [2, 1], 10],
    [[0, 1], [0, 2], 30],
    [[0, 1], [0, 3], 20],
  ]);
  const one = schedule({ model, moves, limits: { ...limits, outPerBroker: 1 } });
  assert.deepEqual(
    one.batches.map(({ moves: own, seconds }) => [own.map(({ index }) => index), seconds]),
    [
      [[1], 3],
      [[2], 2],
      [[0], 1],
    ],
  );
  assert.deepEqual([one.seconds, one.boundSeconds], [6, 6]);
  const led = schedule({ model, moves, limits: { ...limits, outPerBroker: 1 }, leaders: new Map([['orders-1', 1]]) });
  assert.equal(led.boundSeconds, 4);
  assert.equal(led.batches.length, 2);
});

test('a broken leader gives nothing: the next replica does', () => {
  const model: Model = {
    brokers: [{ id: 0, state: 'broken' }, { id: 1 }, { id: 2 }, { id: 3 }],
    partitions: [],
  };
  const moves = movesTo([
    [[0, 1], [2, 1], 10],
    [[1, 3], [1, 2], 10],
  ]);
  assert.equal(schedule({ model, moves, limits: { ...limits, outPerBroker: 1 } }).batches.length, 2);
});

test('what fills a disk waits until others have left it', () => {
  const brokers = [0, 1, 2].map((id) => ({ id, diskBytes: 100 }));
  const model: Model = { brokers, partitions: [partition(0, [0], 70), partition(1, [1], 60), partition(2, [2], 20)] };
  const moves = movesTo([
    [[0], [1], 70],
    [[1], [2], 60],
  ]);
  const { batches } = schedule({ model, moves, limits });
  assert.deepEqual(
    batches.map(({ moves: own, tight }) => [own.map(({ index }) => index), tight]),
    [
      [[1], []],
      [[0], []],
    ],
  );
});

test('where each waits for the room of the other, the one that needs least goes, and its broker is told', () => {
  const brokers = [0, 1].map((id) => ({ id, diskBytes: 100 }));
  const model: Model = { brokers, partitions: [partition(0, [0], 70), partition(1, [1], 60)] };
  const moves = movesTo([
    [[0], [1], 70],
    [[1], [0], 60],
  ]);
  const { batches } = schedule({ model, moves, limits });
  assert.equal(batches.length, 2);
  assert.deepEqual(batches.flatMap(({ tight }) => tight).length > 0, true);
});

test('a rebalance takes hardly longer than its busiest broker', () => {
  const model = generated({ seed: 3, brokers: 12, racks: 4, replicas: 3_000, topics: 60, diskBytes: 1e9 });
  const { moves } = proposed(model);
  const { seconds, boundSeconds } = schedule({ model, moves, limits });
  assert.ok(seconds <= 1.15 * boundSeconds, `${seconds} against ${boundSeconds}`);
});

test('nothing to move takes no time', () => {
  assert.deepEqual(schedule({ model: { brokers: [], partitions: [] }, moves: [], limits }), {
    batches: [],
    seconds: 0,
    boundSeconds: 0,
  });
});
