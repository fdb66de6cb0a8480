import assert from 'node:assert/strict';
import { test } from 'node:test';
import { throttledBrokers, throttleLists } from '../move/lists.ts';
import { catchUpMoves } from './moves.ts';

const partitions = [
  { topic: 'b', index: 1, replicas: [2, 1] },
  { topic: 'a', index: 0, replicas: [0, 2] },
  { topic: 'b', index: 0, replicas: [1, 0, 2] },
];

test('only the emptied broker is slowed down as a follower, and all others as leaders of what it has', () => {
  const moves = catchUpMoves(partitions, 1);
  assert.deepEqual(throttleLists(moves), [{ topic: 'b', leader: '0:0,0:2,1:2', follower: '0:1,1:1' }]);
  assert.deepEqual(throttledBrokers(moves), [0, 1, 2]);
});

test('the order of who tells changes nothing, so that a dry run keeps its hash', () => {
  assert.deepEqual(catchUpMoves(partitions.toReversed(), 2), catchUpMoves(partitions, 2));
});

test('a broker that has nothing copies nothing', () => assert.deepEqual(catchUpMoves(partitions, 7), []));
