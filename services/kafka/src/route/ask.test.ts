/** What a person is told when Kafka does not do what was asked; the rest of the routes is tried on a real Kafka. */
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { Writer } from '@platformatic/kafka';
import type { InstanceView, PackageRequest } from '@warder/sdk';
import { fakeBroker, type FakeReply } from '../../test/fake-broker.ts';
import { skeleton } from '../../test/skeleton.ts';
import code from '../index.ts';

/** Metadata v4 of a cluster that has nothing. */
const nothing = (): Writer =>
  Writer.create().appendInt32(0).appendInt32(0).appendInt16(-1).appendInt32(1).appendInt32(0);

const portOf = async (t: TestContext, answer: () => FakeReply): Promise<number> => {
  const broker = await fakeBroker({ offers: { 3: { min: 4, max: 4 } }, answer });
  t.after(() => broker.close());
  return broker.address.port;
};

const broker = (port: number): InstanceView => ({
  name: 'broker-0',
  pod: 'broker',
  index: 0,
  address: '127.0.0.1',
  ports: { client: port },
  tasks: [{ id: 't', name: 'server', state: 'RUNNING', ready: true }],
});

const ask = async (path: string, params: PackageRequest['params'], port: number): Promise<unknown> => {
  const route = code.routes?.find((each) => each.method === 'GET' && each.path === path);
  assert.ok(route, path);
  const spec = await skeleton({ combined: false, brokers: 1, controllers: 1 });
  const options = { controllers: { combined: false, count: 1 } };
  const service = { name: 'orders', uid: '0'.repeat(32), version: '4.4.0', options, spec, instances: [broker(port)] };
  return route.handle({ service, params, query: {}, body: undefined, signal: new AbortController().signal });
};

test('an error names the command that leads on, of the service that was asked', async (t) => {
  const port = await portOf(t, nothing);
  await assert.rejects(ask('/topics/{name}', { name: 'bills' }, port), {
    code: 'topic-unknown',
    status: 404,
    message: 'there is no topic bills',
    next: 'see the topics: warder orders topic list',
  });
  await assert.rejects(ask('/topics/{name}', { name: 'a b' }, port), {
    code: 'topic-name',
    status: 400,
    next: 'see how it is called: warder orders topic --help',
  });
});

test('no broker answers', async () => {
  await assert.rejects(ask('/topics', {}, 1), {
    code: 'kafka-unreachable',
    status: 503,
    next: 'see how the brokers are (warder orders pod status), then try again',
  });
});
