import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConfigView, InstanceView } from '@warder/sdk';
import { fakeBroker } from '../test/fake-broker.ts';
import { skeleton } from '../test/skeleton.ts';
import { refusals } from './refusals.ts';

const config = (options: Record<string, unknown>, version = '4.4.0'): ConfigView => ({
  spec: { name: 'kafka', user: 'nobody', pods: [], plans: [] },
  options,
  version,
});

const refused = async (from: ConfigView, to: ConfigView, instances: readonly InstanceView[] = []): Promise<string> => {
  const spec = await skeleton({ combined: true, brokers: 1, controllers: 1 });
  const service = { name: 'kafka', uid: '0'.repeat(32), ...from, spec, instances };
  const told = await refusals({ from, to, service, signal: AbortSignal.timeout(5000) });
  return told.join('; ');
};

test('the quorum is made once', async () => {
  const change = await refused(config({ controllers: { count: 3 } }), config({ controllers: { count: 5 } }));
  assert.match(change, /controllers\.count cannot change \(3 -> 5\)/);
  const combined = await refused(config({}), config({ controllers: { combined: true } }));
  assert.match(combined, /combined cannot change \(false -> true\)/);
});

test('a broker keeps the number of disks that it began with', async () => {
  const change = await refused(config({}), config({ brokers: { disks: 2 } }));
  assert.match(change, /^brokers\.disks cannot change \(1 -> 2\): .*install another cluster and move$/);
  assert.equal(await refused(config({}), config({ brokers: { disks: 1 } })), '');
});

test('the version goes up; it goes down as long as the older one reads what the cluster has agreed on', async (t) => {
  assert.equal(await refused(config({}, '3.9.2'), config({}, '4.4.0')), '');
  assert.equal(await refused(config({}, '4.4.0'), config({}, '4.4.0')), '');
  const downTo = async (version: string, features: Readonly<Record<string, number>>): Promise<string> => {
    const broker = await fakeBroker({ offers: { 18: { min: 0, max: 3 } }, features, answer: () => 'drop' });
    t.after(() => broker.close());
    const instance: InstanceView = {
      name: 'broker-0',
      pod: 'broker',
      index: 0,
      address: '127.0.0.1',
      ports: { client: broker.address.port, quorum: broker.address.port },
      tasks: [{ id: 't', name: 'server', state: 'RUNNING', ready: true }],
    };
    return refused(config({}, '4.4.0'), config({}, version), [instance]);
  };
  assert.equal(await downTo('3.9.2', { 'metadata.version': 21 }), '');
  assert.match(
    await downTo('4.3.1', { 'metadata.version': 33, 'share.version': 2 }),
    /finalised metadata\.version 33, share\.version 2, which Kafka 4\.3\.1 does not read: there is no way back/,
  );
});

test('when nobody can be asked, the version stays', async () => {
  assert.match(
    await refused(config({}, '4.4.0'), config({}, '3.9.2')),
    /nobody tells whether Kafka 3\.9\.2 could read/,
  );
});

test('everything else may change', async () => {
  assert.equal(await refused(config({ brokers: { count: 3 } }), config({ brokers: { count: 5 } })), '');
});

test('where the metadata is never changes', async () => {
  const zookeeper = (change: Record<string, unknown>) =>
    config({ kafka: { metadata: 'zookeeper' }, zookeeper: { connect: 'a:1', ...change } }, '3.9.2');
  const moved = await refused(config({}, '3.9.2'), zookeeper({}));
  assert.match(moved, /kafka\.metadata cannot change \(kraft -> zookeeper\)/);
  const away = await refused(zookeeper({}), zookeeper({ chroot: '/mine' }));
  assert.match(away, /zookeeper\.chroot cannot change \(\/warder\/kafka -> \/mine\)/);
  assert.equal(await refused(zookeeper({}), zookeeper({ chroot: '/warder/kafka', connect: 'b:1' })), '');
});

test('on ZooKeeper the version goes down as long as the older one knows the protocol of the brokers', async () => {
  const at = (version: string, protocol?: string) => {
    const pin = protocol === undefined ? {} : { inter_broker_protocol_version: protocol };
    return config({ kafka: { metadata: 'zookeeper', ...pin }, zookeeper: { connect: 'a:1' } }, version);
  };
  assert.match(await refused(at('3.9.2'), at('2.8.2')), /there is no way back/);
  assert.equal(await refused(at('3.9.2', '2.8'), at('2.8.2', '2.8')), '');
});
