/** Controllers that are to go while a cluster returns to ZooKeeper; the rest is tried on a real Kafka in test/. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { Writer } from '@platformatic/kafka';
import type { GateAnswer, InstanceView } from '@warder/sdk';
import { fakeBroker } from '../../test/fake-broker.ts';
import { skeleton } from '../../test/skeleton.ts';
import { stopSafe } from './stop-safe.ts';

/** Its answer to DescribeConfigs v1. */
const rolesReply = (roles: string) => (): Writer =>
  Writer.create()
    .appendInt32(0)
    .appendArray(
      [0],
      (to) =>
        void to
          .appendInt16(0)
          .appendString(null, false)
          .appendInt8(4)
          .appendString('0', false)
          .appendArray(
            ['process.roles'],
            (entry, name) =>
              void entry
                .appendString(name, false)
                .appendString(roles, false)
                .appendBoolean(true)
                .appendInt8(4)
                .appendBoolean(false)
                .appendArray([], () => undefined, false, false),
            false,
            false,
          ),
      false,
      false,
    );

const asked = async (t: TestContext, roles: readonly (string | undefined)[]): Promise<GateAnswer> => {
  const instances: InstanceView[] = [];
  for (const [index, each] of roles.entries()) {
    const offers = { 18: { min: 0, max: 3 }, 32: { min: 0, max: 1 } };
    const broker = await fakeBroker({ offers, answer: each === undefined ? () => 'drop' : rolesReply(each) });
    t.after(() => broker.close());
    const tasks = [{ id: 't', name: 'server', state: 'RUNNING', ready: true } as const];
    const ports = { client: broker.address.port };
    instances.push({ name: `broker-${index}`, pod: 'broker', index, address: '127.0.0.1', ports, tasks });
  }
  const { pods, ...rest } = await skeleton({ combined: false, brokers: roles.length, controllers: 3 });
  const service = {
    name: 'kafka',
    uid: '0'.repeat(32),
    version: '3.9.2',
    options: { kafka: { metadata: 'zookeeper', migration: 'leaving' } },
    spec: { ...rest, pods: pods.filter(({ name }) => name === 'broker') },
    instances,
  };
  const instance: InstanceView = { name: 'controller-0', pod: 'controller', index: 0, ports: {}, tasks: [] };
  const signal = new AbortController().signal;
  return stopSafe({ service, instance, moment: 'stop', pending: [], together: [], stepId: 'run-1.0.0', signal });
};

test('controllers leave when every broker is on ZooKeeper', async (t) => {
  assert.equal((await asked(t, ['', ''])).open, true);
});

test('they stay while a broker follows them, or does not tell', async (t) => {
  const follows = await asked(t, ['', 'broker']);
  assert.equal(follows.open, false);
  assert.match(
    follows.reason,
    /may follow the controllers still: not restarted yet: broker-1 \(process\.roles=broker\)/,
  );
  const silent = await asked(t, [undefined, '']);
  assert.equal(silent.open, false);
  assert.match(silent.reason, /no answer from broker-0/);
});
