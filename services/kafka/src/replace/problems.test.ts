import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Partition } from '../cluster/view.ts';
import { replaceProblems } from './problems.ts';

const members = [0, 1, 2].map((id) => ({ id, instance: `broker-${id}`, launched: true }));
const partition = (index: number, isr: readonly number[]): Partition => ({
  topic: 'a',
  index,
  leader: isr[0] ?? -1,
  replicas: [0, 1],
  isr,
});

const problems = (change: Partial<Parameters<typeof replaceProblems>[0]>): readonly string[] =>
  replaceProblems({
    view: { up: new Set([0, 1, 2]), partitions: [partition(0, [0, 1])] },
    members,
    voters: [1000],
    id: 1,
    throttled: true,
    tellsNobody: false,
    ...change,
  });

test('a broker of which everything is on others can be replaced, also one that is away', () => {
  assert.deepEqual(problems({}), []);
  assert.deepEqual(problems({ view: { up: new Set([0, 2]), partitions: [partition(0, [0])] } }), []);
});

test('one that is not there, and one that has the last copy of something', () => {
  assert.deepEqual(problems({ id: 7 }), ['there is no broker 7: there are 0, 1, 2']);
  const [only = ''] = problems({ view: { up: new Set([0, 1, 2]), partitions: [partition(3, [1])] } });
  assert.match(only, /^broker 1 has the last in-sync replica of 1 partition: a-3/);
});

test('with ZooKeeper a broker that is away can be told of no throttle', () => {
  const view = { up: new Set([0, 2]), partitions: [partition(0, [0])] };
  assert.match(problems({ view, tellsNobody: true })[0] ?? '', /--throttle none$/);
  assert.deepEqual(problems({ view, tellsNobody: true, throttled: false }), []);
});

test('one that is the only controller as well, and one that is not', () => {
  assert.deepEqual(problems({ voters: [1] }), [
    'broker 1 is the only controller: the metadata of the whole cluster would be lost',
  ]);
  assert.deepEqual(problems({ voters: [0] }), []);
  assert.deepEqual(problems({ voters: [0, 1, 2] }), []);
});
