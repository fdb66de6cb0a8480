import assert from 'node:assert/strict';
import { test } from 'node:test';
import { syncProblems } from './problems.ts';

const partition = (index: number, leader: number, replicas: readonly number[], isr = replicas) => ({
  topic: 'a',
  index,
  leader,
  replicas,
  isr,
});
const up = new Set([0, 1, 2]);

test('what is not in sync is named, but for what brokers lack that are given up', () => {
  const well = { partitions: [partition(0, 0, [0, 1])], up, leaving: [] };
  assert.deepEqual(syncProblems(well, [0, 1, 2]), []);
  const behind = { ...well, partitions: [partition(0, 0, [0, 1], [0])] };
  assert.match(syncProblems(behind, [0, 1, 2]).join(), /^1 partition not in sync: a-0; wait until they are$/);
  assert.deepEqual(syncProblems({ ...behind, leaving: [1] }, [0, 1, 2]), [], 'it gives everything away');
  const offline = { ...well, partitions: [partition(0, -1, [0, 1])] };
  assert.match(syncProblems(offline, [0, 1, 2]).join(), /^1 partition without a leader: a-0/);
});

test('a broker that is away and comes back is waited for; one that nobody has any more is not', () => {
  const away = { partitions: [partition(0, 0, [0, 3], [0])], up, leaving: [] };
  assert.match(syncProblems(away, [0, 1, 2, 3]).join(), /^broker 3 not in the cluster: wait until it is back$/);
  assert.deepEqual(syncProblems({ ...away, leaving: [3] }, [0, 1, 2, 3]), []);
  assert.deepEqual(syncProblems(away, [0, 1, 2]), []);
  assert.deepEqual(syncProblems({ ...away, partitions: [] }, [0, 1, 2, 3]), [], 'it has nothing');
});
