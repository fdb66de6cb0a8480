import assert from 'node:assert/strict';
import { test } from 'node:test';
import { goneOf } from './gone.ts';

const partition = (replicas: readonly number[]) => ({ topic: 'a', index: 0, leader: 0, replicas, isr: [0] });
const known = [{ id: 0 }, { id: 1 }];

test('gone for good is what is fenced, no instance and no replica; and nothing else', () => {
  assert.deepEqual(goneOf({ fenced: new Set([3]), partitions: [partition([0, 1])] }, known), [3]);
  assert.deepEqual(goneOf({ fenced: new Set([1]), partitions: [] }, known), [], 'it is away, and comes back');
  assert.deepEqual(goneOf({ fenced: new Set([3]), partitions: [partition([0, 3])] }, known), [], 'it has a replica');
  assert.deepEqual(goneOf({ fenced: new Set(), partitions: [] }, known), []);
});
