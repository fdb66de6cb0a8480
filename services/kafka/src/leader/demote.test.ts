import assert from 'node:assert/strict';
import test from 'node:test';
import { demotion } from './demote.ts';

const partition = (index: number, leader: number, replicas: readonly number[], isr = replicas) => ({
  topic: 't',
  partition: index,
  now: { errorCode: 0, index, leader, leaderEpoch: 0, replicas, isr, offline: [] },
});

test('who leads fewest leads next, the broker comes last, and nothing else changes', () => {
  const all = [
    partition(0, 1, [1, 2, 3]),
    partition(1, 1, [1, 2, 3]),
    partition(2, 2, [2, 3, 1]),
    partition(3, 3, [1, 2, 3]),
    partition(4, 1, [2, 1, 3]),
  ];
  const { moves, stays } = demotion(1, all, new Set());
  assert.deepEqual(
    moves.map((each) => [each.partition, each.replicas]),
    [
      [0, [2, 3, 1]],
      [1, [3, 2, 1]],
      [3, [3, 2, 1]],
      [4, [2, 3, 1]],
    ],
  );
  for (const { replicas, before } of moves) assert.deepEqual(new Set(replicas), new Set(before));
  assert.deepEqual(stays, []);
});

test('what nobody else can lead stays, and what is being moved', () => {
  const all = [partition(0, 1, [1]), partition(1, 1, [1, 2], [1]), partition(2, 1, [1, 2])];
  const { moves, stays } = demotion(1, all, new Set(['t-2']));
  assert.deepEqual(moves, []);
  assert.deepEqual(
    stays.map(({ why }) => why),
    ['it has the only replica', 'no other replica is in sync', 'it is being moved'],
  );
});
