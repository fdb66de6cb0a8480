import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InstanceView, ServiceView } from '@warder/sdk';
import { skeleton } from '../../test/skeleton.ts';
import { leaveProblems } from './problems.ts';

const instance = (index: number): InstanceView => ({
  name: `broker-${index}`,
  pod: 'broker',
  index,
  address: '127.0.0.1',
  ports: { client: 9_000 + index, quorum: 9_100 + index },
  tasks: [{ id: 't', name: 'server', state: 'RUNNING', ready: true }],
});

const serviceOf = async (brokers: number, combined = false): Promise<ServiceView> => ({
  name: 'kafka',
  uid: '0'.repeat(32),
  version: '4.4.0',
  options: { brokers: { count: brokers }, controllers: { combined, count: combined ? 3 : 1 } },
  spec: await skeleton({ combined, brokers, controllers: combined ? 3 : 1 }),
  instances: Array.from({ length: brokers }, (_, index) => instance(index)),
});

const partition = (topic: string, replicas: readonly number[]) => ({
  topic,
  index: 0,
  leader: replicas[0] ?? -1,
  replicas,
  isr: replicas,
});
const viewOf = (up: readonly number[], ...partitions: readonly ReturnType<typeof partition>[]) => ({
  up: new Set(up),
  partitions,
});

test('who may go has no problems', async () => {
  assert.deepEqual(leaveProblems(await serviceOf(4), viewOf([0, 1, 2, 3], partition('a', [1, 2, 3])), [1]), []);
});

test('a broker that there is not', async () => {
  const [why, ...more] = leaveProblems(await serviceOf(2), viewOf([0, 1]), [7]);
  assert.deepEqual([why, more], ['there is no broker 7: there are 0, 1', []]);
});

test('nobody goes while another is to go and has something: its update would wait for that one for ever', async () => {
  const service = await serviceOf(3);
  const shrinking = { ...service, instances: [0, 1, 2, 3].map(instance) };
  const view = viewOf([0, 1, 2, 3], partition('a', [1, 2, 3]));
  const [why, ...more] = leaveProblems(shrinking, view, [2]);
  assert.match(why ?? '', /^broker-3 is to go and is still there: wait until it is gone, or take that back/);
  assert.deepEqual(more, []);
  assert.deepEqual(leaveProblems(shrinking, view, [3]), [], 'its own run has made it go, and was started again');
});

test('all reasons at once: voters, others that are away, itself away, too few brokers for a topic', async () => {
  const view = viewOf([0, 3], partition('wide', [0, 1, 2, 3]), partition('a', [0, 1]));
  const all = leaveProblems(await serviceOf(4, true), view, [1]);
  assert.equal(all.length, 4, all.join('\n'));
  assert.match(all[0] ?? '', /^broker 1 votes on the metadata/);
  assert.match(all[1] ?? '', /^broker 2 not in the cluster: wait until all that stay are back/);
  assert.match(all[2] ?? '', /^broker 1 is not in the cluster, so it cannot tell .* \(pod replace broker-1\)/);
  assert.match(all[3] ?? '', /^3 brokers would be left, too few for 1 topic \(wide\) with 4 replicas: add brokers/);
});
