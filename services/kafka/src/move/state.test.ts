import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stateOf } from './state.ts';

const move = { from: [1, 2], to: [3, 1] };
const underWay = (replicas: readonly number[], adding: readonly number[], removing: readonly number[]) => ({
  topic: 'a',
  partition: 0,
  replicas,
  adding,
  removing,
});

test('a move is waiting, under way, done; gone or changed by somebody else', () => {
  const of = (replicas: readonly number[], running?: ReturnType<typeof underWay>) =>
    stateOf(move, { replicas }, running);
  assert.equal(of([1, 2]), 'waiting');
  assert.equal(of([3, 1, 2], underWay([3, 1, 2], [3], [2])), 'moving');
  assert.equal(of([3, 1]), 'done');
  assert.equal(of([1, 3]), 'done', 'put into another order since');
  assert.equal(of([4, 1, 2], underWay([4, 1, 2], [4], [2])), 'changed', 'somebody moves it elsewhere');
  assert.equal(of([1, 3, 2], underWay([1, 3, 2], [3], [2])), 'changed', 'another order is wanted');
  assert.equal(of([4, 1]), 'changed');
  assert.equal(of([2, 1]), 'changed');
  assert.equal(stateOf(move, undefined, undefined), 'gone');
});

test('another order of the same replicas is done only when it is that order', () => {
  const order = { from: [1, 2, 3], to: [2, 1, 3] };
  assert.equal(stateOf(order, { replicas: [1, 2, 3] }, undefined), 'waiting');
  assert.equal(stateOf(order, { replicas: [2, 1, 3] }, undefined), 'done');
  assert.equal(stateOf(order, { replicas: [3, 1, 2] }, undefined), 'changed');
});
