import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { catchUp, replaceVerdict, stopVerdict, type StopInput } from './safety.ts';
import type { Partition } from './view.ts';

const partition = (
  index: number,
  replicas: readonly number[],
  isr: readonly number[],
  leader = isr[0] ?? -1,
): Partition => ({
  topic: 'orders',
  index,
  leader,
  replicas,
  isr,
});

const stop = (broker: number, partitions: readonly Partition[], needs = 2, more: Partial<StopInput> = {}) =>
  stopVerdict({ broker, partitions, minInSync: new Map([['orders', needs]]), moving: [], ...more });

test('a broker whose partitions are all in sync may stop', () => {
  assert.deepEqual(stop(0, [partition(0, [0, 1, 2], [0, 1, 2])]), {
    safe: true,
    reason: '1 partition of broker 0 can spare it',
  });
});

test('a partition at its minimum holds the broker back, and says who is missed', () => {
  const verdict = stop(0, [partition(0, [0, 1, 2], [0, 1, 2]), partition(7, [0, 1, 2], [0, 2])]);
  assert.equal(verdict.safe, false);
  assert.match(
    verdict.reason,
    /1 partition would have too few .*: orders-7 \(in sync 0, 2; needs 2\); it waits for broker 1 /,
  );
});

test('a partition below its minimum holds back also those that are not in sync: they may be about to be', () => {
  assert.equal(stop(0, [partition(0, [0, 1, 2], [2])]).safe, false);
  assert.equal(stop(0, [partition(0, [0, 1, 2], [1, 2])]).safe, true);
});

test('the last in-sync replica is never stopped, whatever the minimum is', () => {
  for (const needs of [1, 2, 3]) {
    const verdict = stop(1, [partition(3, [0, 1], [1])], needs);
    assert.equal(verdict.safe, false);
    assert.match(verdict.reason, /would go offline.*orders-3; it waits for broker 0/);
  }
});

test('where waiting cannot help, the topics are named and nothing waits', () => {
  for (const each of [partition(0, [0], [0]), partition(0, [0, 1], [0, 1])]) {
    const verdict = stop(0, [each]);
    assert.equal(verdict.safe, true);
    assert.match(verdict.reason, /no more replicas than min\.insync\.replicas.*topics orders/);
  }
});

test('a move that touches the broker is waited for', () => {
  const moving = [{ topic: 'orders', partition: 4, replicas: [1, 2], adding: [0], removing: [] }];
  assert.match(stop(0, [], 2, { moving }).reason, /1 partition of broker 0 being moved: orders-4/);
  assert.equal(stop(3, [], 2, { moving }).safe, true);
});

test('a topic that was deleted meanwhile counts for nothing', () => {
  assert.equal(stop(0, [partition(0, [0, 1, 2], [0])], 2, { minInSync: new Map() }).safe, true);
});

test('many partitions are counted, and a few named', () => {
  const many = Array.from({ length: 30 }, (_, index) => partition(index, [0, 1, 2], [0, 1]));
  assert.match(stop(0, many).reason, /30 partitions .*orders-4 \(.*\) and 25 more; it waits for broker 2/);
});

test('a disk is not given up with the last in-sync copy of anything', () => {
  const up = new Set([0, 1, 2]);
  const lost = replaceVerdict({ broker: 0, partitions: [partition(0, [0, 1], [0]), partition(1, [0, 1], [0, 1])], up });
  assert.equal(lost.safe, false);
  assert.match(lost.reason, /the last in-sync replica of 1 partition: orders-0 \(replicas 0, 1; in sync 0\)/);
  assert.equal(replaceVerdict({ broker: 0, partitions: [partition(0, [0], [0])], up }).safe, false);
  const away = replaceVerdict({ broker: 0, partitions: [partition(0, [0, 1], [0, 1])], up: new Set([0]) });
  assert.equal(away.safe, false, 'a copy on a broker that is away saves nothing now');
  assert.match(
    replaceVerdict({ broker: 0, partitions: [partition(1, [0, 1], [0, 1])], up }).reason,
    /only one: orders-1/,
  );
});

test('what is behind, and what is led by another', () => {
  const partitions = [partition(0, [1, 0], [0]), partition(1, [1, 0], [0, 1], 0), partition(2, [0, 1], [0, 1], 0)];
  const { behind, notLed } = catchUp(1, partitions);
  assert.deepEqual(
    behind.map((each) => each.index),
    [0],
  );
  assert.deepEqual(
    notLed.map((each) => each.index),
    [0, 1],
  );
});

const cluster = fc.record({
  needs: fc.integer({ min: 1, max: 4 }),
  broker: fc.integer({ min: 0, max: 4 }),
  partitions: fc.array(
    fc
      .uniqueArray(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 4 })
      .chain((replicas) => fc.subarray(replicas, { minLength: 1 }).map((isr) => partition(0, replicas, isr))),
    { maxLength: 6 },
  ),
});

test('law: after a stop that was called safe, no partition that could have more is below its minimum or offline', () => {
  fc.assert(
    fc.property(cluster, ({ needs, broker, partitions }) => {
      const hosted = partitions.filter((each) => each.replicas.includes(broker));
      if (!stop(broker, hosted, needs).safe) return;
      for (const each of hosted.filter(({ replicas }) => replicas.length > 1)) {
        const left = each.isr.filter((id) => id !== broker);
        assert.ok(left.length > 0);
        assert.ok(left.length >= needs || each.replicas.length <= needs);
      }
    }),
  );
});

test('law: a disk that was called safe to lose has another copy of everything', () => {
  fc.assert(
    fc.property(cluster, fc.uniqueArray(fc.integer({ min: 0, max: 4 })), ({ broker, partitions }, ids) => {
      const up = new Set(ids);
      const hosted = partitions.filter((each) => each.replicas.includes(broker));
      if (!replaceVerdict({ broker, partitions: hosted, up }).safe) return;
      for (const each of hosted) assert.ok(each.isr.some((id) => id !== broker && up.has(id)));
    }),
  );
});
