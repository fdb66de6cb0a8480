import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { Broker } from '../balance/model.ts';
import { coarse, replicationMoves } from './replicas.ts';

const broker = (id: number, rack?: string, state?: Broker['state']): Broker => ({
  id,
  ...(rack === undefined ? {} : { rack }),
  ...(state === undefined ? {} : { state }),
});

const partition = (index: number, replicas: readonly number[]) => ({ topic: 't', index, replicas, sizeBytes: 10 });

test('a copy goes to a rack that has none, else to who has fewest; bytes are those that are copied', () => {
  const brokers = [broker(0, 'a'), broker(1, 'a'), broker(2, 'b'), broker(3, 'b', 'cordoned')];
  const partitions = [partition(0, [0]), partition(1, [2])];
  assert.deepEqual(replicationMoves({ brokers, partitions }, new Map([['t', 2]])), [
    { topic: 't', index: 0, from: [0], to: [0, 2], bytes: 10 },
    { topic: 't', index: 1, from: [2], to: [2, 1], bytes: 10 },
  ]);
});

test('who is gone gives up first, then a rack that has two; the preferred leader stays', () => {
  const brokers = [broker(0, 'a'), broker(1, 'a'), broker(2, 'b'), broker(3, 'c', 'broken')];
  const moves = replicationMoves(
    { brokers, partitions: [partition(0, [0, 3, 2]), partition(1, [0, 1, 2])] },
    new Map([['t', 2]]),
  );
  assert.deepEqual(
    moves.map(({ to }) => to),
    [
      [0, 2],
      [0, 2],
    ],
  );
});

test('each partition has as many copies as were asked for, on different brokers, and keeps its leader', () => {
  const many = fc.integer({ min: 1, max: 5 });
  fc.assert(
    fc.property(fc.array(fc.tuple(many, many), { minLength: 1, maxLength: 20 }), many, (given, wanted) => {
      const brokers = [0, 1, 2, 3, 4].map((id) => broker(id));
      const partitions = given.map(([count, first], index) =>
        partition(
          index,
          Array.from({ length: count }, (_, at) => (first + at) % 5),
        ),
      );
      const moves = replicationMoves({ brokers, partitions }, new Map([['t', wanted]]));
      assert.equal(moves.length, partitions.filter(({ replicas }) => replicas.length !== wanted).length);
      for (const { from, to } of moves) {
        assert.equal(new Set(to).size, wanted);
        assert.equal(to[0], from[0]);
        assert.ok(to.length > from.length ? from.every((id) => to.includes(id)) : to.every((id) => from.includes(id)));
      }
    }),
  );
});

test('records that come in meanwhile change no size, unless they are many', () => {
  const sizes = [0, 5e6, 1e9, 1.05e9, 3e9];
  const { partitions } = coarse({ partitions: sizes.map((sizeBytes) => ({ ...partition(0, [0]), sizeBytes })) });
  assert.deepEqual(
    partitions.map(({ sizeBytes }) => Math.log2(sizeBytes)),
    [26, 26, 30, 30, 32],
  );
});
