import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import test, { type TestContext } from 'node:test';
import { Writer } from '@platformatic/kafka';
import { fakeBroker, type FakeBroker, type FakeRequest } from '../../test/fake-broker.ts';
import { describeQuorum } from './api/describe-quorum.ts';
import { incrementalAlterConfigs } from './api/incremental-alter-configs.ts';
import { KafkaClient } from './client.ts';
import { KafkaNode } from './node.ts';

const brief = { connectMs: 300, requestMs: 300 };

const change = {
  resources: [{ type: 'broker', name: '', changes: [{ key: 'a', value: '1' }] }],
  validateOnly: false,
} as const;

/** One resource was changed, the other refused: both in one answer. */
const altered = ({ version }: FakeRequest): Writer => {
  const compact = version >= 1;
  const results: [number, string | null, string][] = [
    [0, null, ''],
    [40, 'no such thing', '7'],
  ];
  const writer = Writer.create().appendInt32(0);
  writer.appendArray(
    results,
    (to, [code, message, name]) =>
      to.appendInt16(code).appendString(message, compact).appendInt8(4).appendString(name, compact),
    compact,
    compact,
  );
  return compact ? writer.appendTaggedFields() : writer;
};

const started = async (t: TestContext, behaviour: Parameters<typeof fakeBroker>[0]): Promise<FakeBroker> => {
  const broker = await fakeBroker(behaviour);
  t.after(() => broker.close());
  return broker;
};

const clientFor = (t: TestContext): KafkaClient => {
  const client = new KafkaClient(brief);
  t.after(() => client.close());
  return client;
};

test('each broker is asked in its own versions, in the middle of an upgrade', async (t) => {
  const upgraded = await started(t, { offers: { 44: { min: 0, max: 1 } }, answer: altered });
  const old = await started(t, { offers: { 44: { min: 0, max: 0 } }, answer: altered });
  const client = clientFor(t);
  for (const broker of [upgraded, old]) await client.node(broker.address).call(incrementalAlterConfigs, change);
  assert.deepEqual(upgraded.seen, ['18/3', '44/1']);
  assert.deepEqual(old.seen, ['18/3', '44/0']);
});

test('versions are learned again after the connection was lost', async (t) => {
  const broker = await started(t, { offers: { 44: { min: 0, max: 0 } }, answer: altered });
  const node = clientFor(t).node(broker.address);
  await node.call(incrementalAlterConfigs, change);
  broker.offers = { 44: { min: 1, max: 1 } };
  await assert.rejects(node.call(incrementalAlterConfigs, change), { name: 'ConnectionError', problem: 'unreachable' });
  const results = await node.call(incrementalAlterConfigs, change);
  assert.deepEqual(broker.seen, ['18/3', '44/0', '44/0', '18/3', '44/1']);
  assert.deepEqual(
    results.map((each) => each.errorCode),
    [0, 40],
  );
});

test('a failure of a part is part of the answer', async (t) => {
  const broker = await started(t, { offers: { 44: { min: 0, max: 1 } }, answer: altered });
  const results = await clientFor(t).node(broker.address).call(incrementalAlterConfigs, change);
  assert.deepEqual(results[1], { errorCode: 40, errorMessage: 'no such thing', name: '7' });
});

test('a broker that knows only the first ApiVersions is asked for that', async (t) => {
  const broker = await started(t, { offers: { 44: { min: 0, max: 1 } }, apiVersionsMax: 0, answer: altered });
  await clientFor(t).node(broker.address).call(incrementalAlterConfigs, change);
  assert.deepEqual(broker.seen, ['18/3', '18/0', '44/1']);
});

test('no version in common is told, and the connection stays', async (t) => {
  const broker = await started(t, { offers: { 44: { min: 5, max: 6 } }, answer: altered });
  const node = clientFor(t).node(broker.address);
  await assert.rejects(node.call(incrementalAlterConfigs, change), {
    problem: 'unsupported',
    message: `127.0.0.1:${broker.address.port}: IncrementalAlterConfigs: versions 0 to 1 are known here, it offers 5 to 6`,
  });
  await assert.rejects(node.call(describeQuorum, null), { problem: 'unsupported', message: /does not offer it/ });
  assert.equal(broker.connections, 1);
});

test('silence ends at the time limit, and the next call connects anew', async (t) => {
  let silent = true;
  const answer = (request: FakeRequest): Writer | 'silence' => (silent ? 'silence' : altered(request));
  const broker = await started(t, { offers: { 44: { min: 0, max: 1 } }, answer });
  const node = clientFor(t).node(broker.address);
  await assert.rejects(node.call(incrementalAlterConfigs, change), { problem: 'timeout', message: /within 300 ms/ });
  silent = false;
  assert.equal((await node.call(incrementalAlterConfigs, change)).length, 2);
  assert.equal(broker.connections, 2);
});

test('a host that takes connections but never speaks is a timeout too', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const bound = server.address();
  assert.ok(bound !== null && typeof bound !== 'string');
  const node = new KafkaNode({ host: '127.0.0.1', port: bound.port }, brief);
  t.after(() => node.close());
  await assert.rejects(node.call(describeQuorum, null), { problem: 'timeout' });
});

test('nobody there is unreachable, with the reason of the system', async () => {
  const node = new KafkaNode({ host: '127.0.0.1', port: 1 }, brief);
  await assert.rejects(node.call(describeQuorum, null), {
    problem: 'unreachable',
    message: /127\.0\.0\.1:1: .*ECONNREFUSED/,
  });
});

test('a call can be given up, at once', async (t) => {
  const broker = await started(t, { offers: { 44: { min: 0, max: 1 } }, answer: () => 'silence' });
  const node = new KafkaNode(broker.address, { connectMs: 5000, requestMs: 5000 });
  const controller = new AbortController();
  const call = node.call(incrementalAlterConfigs, change, controller.signal);
  setTimeout(() => controller.abort(), 20);
  const before = performance.now();
  await assert.rejects(call, { problem: 'aborted' });
  assert.ok(performance.now() - before < 1000);
  await assert.rejects(node.call(incrementalAlterConfigs, change, controller.signal), { problem: 'aborted' });
});

test('calls at the same time share one connection', async (t) => {
  const broker = await started(t, { offers: { 44: { min: 0, max: 1 } }, answer: altered });
  const node = clientFor(t).node(broker.address);
  await Promise.all(Array.from({ length: 20 }, () => node.call(incrementalAlterConfigs, change)));
  assert.equal(broker.connections, 1);
  assert.equal(broker.seen.filter((each) => each === '18/3').length, 1);
});

test('more addresses than the pool holds close the one used least recently', async (t) => {
  const broker = await started(t, { offers: { 44: { min: 0, max: 1 } }, answer: altered });
  const client = clientFor(t);
  await client.node(broker.address).call(incrementalAlterConfigs, change);
  for (let port = 1; port <= 32; port++) client.node({ host: '127.0.0.1', port });
  await client.node(broker.address).call(incrementalAlterConfigs, change);
  assert.equal(broker.connections, 2);
});
