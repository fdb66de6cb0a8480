/** Whom live values are brought to; how they are brought is tried on a real Kafka. */
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { Writer } from '@platformatic/kafka';
import type { InstanceView } from '@warder/sdk';
import { fakeBroker, type FakeBroker } from '../../test/fake-broker.ts';
import { skeleton } from '../../test/skeleton.ts';
import { applyLiveProcedure } from './apply-live.ts';

const metadataKey = 3;
const describeKey = 32;

/** It has the value already. */
const settled = async (t: TestContext): Promise<FakeBroker> => {
  const broker = await fakeBroker({
    offers: { [metadataKey]: { min: 4, max: 4 }, [describeKey]: { min: 1, max: 1 } },
    answer: ({ key }) => (key === metadataKey ? nothing() : described()),
  });
  t.after(() => broker.close());
  return broker;
};

/** Metadata v4 of a cluster that has nothing. */
const nothing = (): Writer =>
  Writer.create().appendInt32(0).appendInt32(0).appendInt16(-1).appendInt32(1).appendInt32(0);

/** DescribeConfigs v1 of one resource with one value. */
const described = (): Writer =>
  Writer.create()
    .appendInt32(0)
    .appendInt32(1)
    .appendInt16(0)
    .appendInt16(-1)
    .appendInt8(4)
    .appendString('', false)
    .appendInt32(1)
    .appendString('log.retention.ms', false)
    .appendString('3600000', false)
    .appendBoolean(false)
    .appendInt8(3)
    .appendBoolean(false)
    .appendInt32(0);

const instance = (pod: string, index: number, port: number): InstanceView => ({
  name: `${pod}-${index}`,
  pod,
  index,
  address: '127.0.0.1',
  ports: { client: port },
  tasks: [{ id: 't', name: 'server', state: 'RUNNING', ready: true }],
});

/** To the first of these; nobody is at port 1. */
const apply = async (instances: readonly InstanceView[]): Promise<unknown> => {
  const spec = await skeleton({ combined: false, brokers: 2, controllers: 1 });
  const options = { controllers: { combined: false, count: 1 } };
  const [to] = instances;
  assert.ok(to);
  return applyLiveProcedure({
    service: { name: 'orders', uid: '0'.repeat(32), version: '4.4.0', options, spec, instances },
    instance: to,
    args: { set: { 'log.retention.ms': 3_600_000 } },
    runId: 'run-1',
    stepId: 'run-1.0.0',
    signal: new AbortController().signal,
    addPhases: () => {},
  });
};

test('what a controller takes from the cluster is told to any broker that answers, whichever does not', async (t) => {
  const broker = await settled(t);
  const brokers = [instance('broker', 0, 1), instance('broker', 1, broker.address.port)];
  assert.deepEqual(await apply([instance('controller', 0, 1), ...brokers]), { changed: [] });
  assert.ok(broker.seen.includes(`${describeKey}/1`), broker.seen.join());
});

test('where no broker answers, it is said why', async () => {
  await assert.rejects(
    apply([instance('controller', 0, 1), instance('broker', 0, 1)]),
    /no broker answers: broker-0 \(/,
  );
  await assert.rejects(apply([instance('controller', 0, 1)]), /no broker answers: none has been started/);
});

test('a broker is told itself, and no other in its stead', async (t) => {
  const other = await settled(t);
  await assert.rejects(
    apply([instance('broker', 0, 1), instance('broker', 1, other.address.port)]),
    /127\.0\.0\.1:1: DescribeConfigs/,
  );
  assert.deepEqual(other.seen, []);
});
