import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leftText, replicasOf } from './emptiness.ts';

test('what is left is named, the metadata before the disks', () => {
  assert.equal(leftText(3, { replicas: [], onDisk: [] }), undefined);
  assert.equal(leftText(3, { replicas: ['a-0'], onDisk: ['a-0'] }), 'broker 3 has 1 replica: a-0');
  assert.equal(leftText(3, { replicas: [], onDisk: ['a-0', 'b-1'] }), 'broker 3 still deletes 2 replicas: a-0, b-1');
  const partition = { topic: 'a', index: 0, leader: 1, replicas: [1, 2], isr: [1] };
  assert.deepEqual(
    [replicasOf({ partitions: [partition] }, 2), replicasOf({ partitions: [partition] }, 3)],
    [['a-0'], []],
  );
});
