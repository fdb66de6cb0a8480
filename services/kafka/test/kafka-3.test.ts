/** The same code against a real Kafka 3.9, in combined mode: three processes that are brokers and controllers. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createTopics } from '../src/client/api/create-topics.ts';
import type { KafkaClient } from '../src/client/client.ts';
import { askGate, callLive, isOpen, newClient, nodeOf, untilAnswer, untilReady } from './asking.ts';
import { kafkaVersion } from '../src/version.ts';
import { checksumOf, resolveJars, whyNoKafka } from './jars.ts';
import { LocalCluster } from './local-cluster.ts';
import { groupTests } from './part/groups.ts';
import { quotaTests } from './part/quotas.ts';
import { topicsFileTests } from './part/topics-file.ts';

const missing = whyNoKafka();
if (missing !== undefined) console.error(`SKIPPED: the tests against a real Kafka 3.9: ${missing}`);

describe('Kafka 3.9, combined', { skip: missing ?? false, timeout: 240_000 }, () => {
  let cluster: LocalCluster;
  let client: KafkaClient;
  const names = ['broker-0', 'broker-1', 'broker-2'];

  before(async () => {
    cluster = await LocalCluster.start({ version: '3.9.2', combined: true, brokers: 3, controllers: 3 });
    client = newClient();
    await untilReady(cluster, 60_000).catch(async (error: unknown) => {
      throw new Error(`${String(error)}\n${(await cluster.log('broker-0')).slice(-2000)}`);
    });
  });

  after(async () => {
    client?.close();
    await cluster?.stop();
  });

  test('the jars are those that the package names', async () => {
    const version = kafkaVersion('3.9.2');
    assert.equal(await checksumOf(await resolveJars(version)), version.artifact.checksum);
  });

  test('topics get their copies, and values change live', async () => {
    const node = nodeOf(client, cluster, 'broker-0');
    const topics = [{ name: 'orders', partitions: 3, replication: -1, configs: {} }];
    const [created] = await node.call(createTopics, { topics, timeoutMs: 5000 });
    assert.equal(created?.errorCode, 0);
    const set = { 'num.network.threads': '4', 'min.insync.replicas': '1' };
    assert.deepEqual(await callLive(cluster, 'broker-0', { set, unset: [] }), {
      changed: Object.entries(set).map(([key, value]) => ({ key, value })),
    });
    await callLive(cluster, 'broker-0', { set: { 'min.insync.replicas': '2' }, unset: ['num.network.threads'] });
  });

  groupTests(() => cluster, ['classic']);
  quotaTests(() => cluster);
  topicsFileTests(() => cluster);

  test('the active controller goes last', async () => {
    const ask = (name: string): ReturnType<typeof askGate> =>
      askGate(
        cluster,
        'stop-safe',
        name,
        names.filter((other) => other !== name),
      );
    await Promise.all(names.map((name) => untilAnswer(() => askGate(cluster, 'in-sync', name), isOpen, 20_000)));
    const answers = await Promise.all(names.map(ask));
    assert.equal(answers.filter((each) => each.open).length, 2, JSON.stringify(answers));
    assert.equal(answers.find((each) => !each.open)?.defer, true);
  });

  test('while one is down, none of the others stops; it comes back with its data', async () => {
    await cluster.end('broker-1', 'SIGTERM');
    const other = await askGate(cluster, 'stop-safe', 'broker-0');
    assert.equal(other.open, false);
    await cluster.launch('broker-1');
    await untilAnswer(() => askGate(cluster, 'in-sync', 'broker-1'), isOpen, 40_000);
    await untilAnswer(() => askGate(cluster, 'stop-safe', 'broker-0'), isOpen, 20_000);
  });
});
