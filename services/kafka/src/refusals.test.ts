import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConfigView } from '@warder/sdk';
import { refusals } from './refusals.ts';

const config = (options: Record<string, unknown>, version = '4.4.0'): ConfigView => ({
  spec: { name: 'kafka', user: 'nobody', pods: [], plans: [] },
  options,
  version,
});

test('the quorum is made once', () => {
  const change = refusals({ from: config({ controllers: { count: 3 } }), to: config({ controllers: { count: 5 } }) });
  assert.match(change.join(), /controllers\.count cannot change \(3 -> 5\)/);
  const combined = refusals({ from: config({}), to: config({ controllers: { combined: true } }) });
  assert.match(combined.join(), /combined cannot change \(false -> true\)/);
});

test('the version goes up, never down', () => {
  assert.deepEqual(refusals({ from: config({}, '3.9.2'), to: config({}, '4.4.0') }), []);
  assert.deepEqual(refusals({ from: config({}, '4.4.0'), to: config({}, '4.4.0') }), []);
  assert.match(refusals({ from: config({}, '4.4.0'), to: config({}, '3.9.2') }).join(), /cannot go back/);
});

test('everything else may change', () => {
  assert.deepEqual(refusals({ from: config({ brokers: { count: 3 } }), to: config({ brokers: { count: 5 } }) }), []);
});

test('where the metadata is never changes', () => {
  const zookeeper = (change: Record<string, unknown>) =>
    config({ kafka: { metadata: 'zookeeper' }, zookeeper: { connect: 'a:1', ...change } }, '3.9.2');
  const moved = refusals({ from: config({}, '3.9.2'), to: zookeeper({}) });
  assert.match(moved.join(), /kafka\.metadata cannot change \(kraft -> zookeeper\)/);
  const away = refusals({ from: zookeeper({}), to: zookeeper({ chroot: '/mine' }) });
  assert.match(away.join(), /zookeeper\.chroot cannot change \(\/warder\/kafka -> \/mine\)/);
  assert.deepEqual(refusals({ from: zookeeper({}), to: zookeeper({ chroot: '/warder/kafka', connect: 'b:1' }) }), []);
});
