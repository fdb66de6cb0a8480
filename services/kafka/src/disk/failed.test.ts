import assert from 'node:assert/strict';
import test from 'node:test';
import type { Partition } from '../cluster/view.ts';
import { brokersWithFailedDirs, detectionOf, failedText } from './failed.ts';

const partition = (index: number, change: Partial<Partition> = {}): Partition => ({
  topic: 'orders',
  index,
  leader: 1,
  replicas: [0, 1],
  isr: [0, 1],
  ...change,
});

const offline = partition(0, { isr: [1], offline: [0] });
const members = [0, 1, 2].map((id) => ({ id, instance: `broker-${id}`, launched: true }));
const failure = (id: number) => ({
  member: { id, instance: `broker-${id}`, launched: true },
  volumes: ['kafka-data-1'],
});
const up = new Set([0, 1, 2]);

test('a replica that is offline on a broker that is up tells of a log dir that has failed', () => {
  assert.deepEqual(brokersWithFailedDirs({ up, partitions: [offline, partition(1)] }), [0]);
  assert.deepEqual(brokersWithFailedDirs({ up: new Set([1, 2]), partitions: [offline] }), [], 'it is the broker');
  assert.equal(failedText({ up, partitions: [offline] }), '; a log dir of broker 0 has failed (disk list)');
  assert.equal(failedText({ up, partitions: [partition(0)] }), '');
});

test('the replace of the first broker with a failed log dir is proposed, with what to do instead', () => {
  const { on, instance, reason } = detectionOf({ up, partitions: [offline] }, [failure(0), failure(2)], members);
  assert.deepEqual([on, instance], [true, 'broker-0']);
  assert.match(
    reason,
    /^broker 0: its log dir kafka-data-1 has failed, and with it 1 replica \(orders-0\); replace broker-0/,
  );
  assert.match(
    reason,
    /or put the disk right, restart it \(pod restart broker-0\) and cancel this \(plan cancel replace\)$/,
  );
  assert.deepEqual(detectionOf({ up, partitions: [] }, [], members), { on: false, reason: 'no log dir has failed' });
});

test('nothing is proposed while another broker is away, or copies what it lacks', () => {
  const away = detectionOf({ up: new Set([0, 1]), partitions: [offline] }, [failure(0)], members);
  assert.equal(away.on, false);
  assert.match(away.reason, /nothing is proposed while broker-2 is away$/);
  const behind = detectionOf({ up, partitions: [offline, partition(1, { isr: [0] })] }, [failure(0)], members);
  assert.equal(behind.on, false);
  assert.match(behind.reason, /while others are not in sync: orders-1$/);
  const other = partition(1, { replicas: [1, 2], isr: [1], offline: [2] });
  assert.equal(detectionOf({ up, partitions: [offline, other] }, [failure(0), failure(2)], members).on, true);
});
