import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { neededRate, sensibleRate, throttledBrokers, throttleLists } from './lists.ts';
import { movesOf, tableOf } from './table.ts';
import { anyMoves } from './test-moves.ts';

test('the leader list has the replicas of before, the follower list only those that are new', () => {
  const moves = [
    { topic: 'b', index: 1, from: [1, 2], to: [3, 1] },
    { topic: 'a', index: 0, from: [1], to: [4] },
    { topic: 'b', index: 0, from: [2, 1], to: [2, 3] },
  ];
  assert.deepEqual(throttleLists(moves), [
    { topic: 'a', leader: '0:1', follower: '0:4' },
    { topic: 'b', leader: '0:2,0:1,1:1,1:2', follower: '0:3,1:3' },
  ]);
  assert.deepEqual(throttledBrokers(moves), [1, 2, 3, 4]);
});

test('for any moves: no replica that stays is slowed down as a follower, and their order does not matter', () => {
  fc.assert(
    fc.property(anyMoves, (moves) => {
      const lists = throttleLists(moves);
      assert.deepEqual(throttleLists(moves.toReversed()), lists);
      for (const { topic, index, from, to } of moves) {
        const { leader, follower } = lists.find((each) => each.topic === topic) ?? { leader: '', follower: '' };
        const of = (list: string): readonly number[] =>
          list.split(',').flatMap((entry) => (entry.startsWith(`${index}:`) ? [Number(entry.split(':')[1])] : []));
        assert.deepEqual(of(leader), from);
        assert.deepEqual(
          of(follower),
          to.filter((id) => !from.includes(id)),
        );
      }
    }),
  );
});

test('for any moves: written into a step and read again they are the same', () => {
  fc.assert(
    fc.property(anyMoves, (moves) => {
      const read = movesOf(JSON.parse(JSON.stringify(tableOf(moves))));
      assert.deepEqual(
        read.toSorted((a, b) => (a.topic === b.topic ? a.index - b.index : a.topic < b.topic ? -1 : 1)),
        moves,
      );
    }),
  );
});

test('a throttle needs more than what is written: in to who is given copies, out of who leads', () => {
  const partitions = [
    { topic: 'a', index: 0, replicas: [1, 2], inBytes: 100 },
    { topic: 'a', index: 1, replicas: [1, 2], inBytes: 30 },
    { topic: 'a', index: 2, replicas: [2, 1] },
  ];
  const moves = [
    { topic: 'a', index: 0, from: [1, 2], to: [1, 3] },
    { topic: 'a', index: 1, from: [1, 2], to: [4, 3] },
    { topic: 'a', index: 2, from: [2, 1], to: [2, 3] },
  ];
  // The leader of both sends to the one that is in sync, and to those that are new: 100 * 2 + 30 * 3.
  assert.deepEqual(neededRate({ partitions }, moves, new Map()), { broker: 1, bytesPerSecond: 290 });
  const leaders = new Map([
    ['a-0', 2],
    ['a-1', 1],
  ]);
  assert.deepEqual(neededRate({ partitions }, moves, leaders), { broker: 2, bytesPerSecond: 200 });
  assert.equal(neededRate({ partitions }, [], leaders).bytesPerSecond, 0);
  assert.equal(sensibleRate(0), 50_000_000);
  assert.equal(sensibleRate(40_000_001), 81_000_000);
});
