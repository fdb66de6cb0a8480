/** The same code against real brokers whose metadata is in ZooKeeper, of both lines that can do that. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Procedure } from '@warder/sdk';
import type { KafkaClient } from '../src/client/client.ts';
import { metadata } from '../src/client/api/metadata.ts';
import code from '../src/index.ts';
import { newestProtocol, recordFormat, shortProtocol } from '../src/protocol.ts';
import { lookAt } from '../src/upgrade/zookeeper/preflight.ts';
import { readSpoken } from '../src/upgrade/zookeeper/spoken.ts';
import { kafkaVersion } from '../src/version.ts';
import { Session, withSession } from '../src/zookeeper/session.ts';
import { claimChroot, removeChroot } from '../src/zookeeper/chroot.ts';
import { askGate, callLive, isOpen, newClient, nodeOf, untilAnswer, untilReady } from './asking.ts';
import { checksumOf, resolveJars, whyNoKafka } from './jars.ts';
import { LocalCluster } from './local-cluster.ts';
import { LocalZooKeeper } from './local-zookeeper.ts';
import { print, send } from './routes.ts';

const missing = whyNoKafka();
if (missing !== undefined) console.error(`SKIPPED: the tests against a real Kafka on ZooKeeper: ${missing}`);

const signal = new AbortController().signal;
const chroot = '/warder/kafka';

const callChroot = async (cluster: LocalCluster, name: string, added: unknown[] = []): Promise<unknown> => {
  const call: Procedure | undefined = code.procedures?.[name];
  assert.ok(call);
  const service = cluster.view();
  const addPhases = (phases: readonly unknown[]): void => void added.push(...phases);
  return call({ service, args: {}, runId: 'run-1', stepId: 'run-1.0.0', signal, addPhases });
};

describe('a chroot', { skip: missing ?? false, timeout: 60_000 }, () => {
  let server: LocalZooKeeper;
  let session: Session;

  before(async () => {
    server = await LocalZooKeeper.start();
    session = await Session.open(`127.0.0.1:1,${server.connect}`, signal);
  });
  after(async () => {
    await session?.close();
    await server?.stop();
  });

  test('is taken once, again by the same cluster, and by no other', async () => {
    await claimChroot(session, '/warder/a', 'cluster-a');
    await claimChroot(session, '/warder/a', 'cluster-a');
    await assert.rejects(claimChroot(session, '/warder/a', 'cluster-b'), /belongs to the cluster cluster-a/);
    await assert.rejects(
      claimChroot(session, '/warder/a/b', 'cluster-b'),
      /\/warder\/a belongs to the cluster cluster-a/,
    );
    await assert.rejects(claimChroot(session, '/warder', 'cluster-b'), /\/warder has nodes of somebody else \(a\)/);
    assert.deepEqual(await session.children('/warder'), ['a']);
  });

  test('is removed with all in it, and nothing beside it', async () => {
    await claimChroot(session, '/warder/b', 'cluster-b');
    await session.create('/warder/b/config');
    for (let number = 0; number < 120; number += 1) await session.create(`/warder/b/config/${number}`);
    assert.deepEqual(await removeChroot(session, '/warder/b', 'cluster-a'), {
      kept: '/warder/b belongs to the cluster cluster-b',
    });
    assert.deepEqual(await removeChroot(session, '/warder/b', 'cluster-b'), { removed: 124 });
    assert.deepEqual(await removeChroot(session, '/warder/b', 'cluster-b'), { removed: 0 }, 'done again');
    assert.deepEqual(await session.children('/warder'), ['a']);
  });

  test('half removed, it is removed the next time', async () => {
    await claimChroot(session, '/warder/c', 'cluster-c');
    await session.delete('/warder/c/cluster/id');
    assert.deepEqual(await removeChroot(session, '/warder/c', 'cluster-c'), { removed: 2 });
    await session.create('/warder/d');
    await session.create('/warder/d/mine');
    const { kept } = (await removeChroot(session, '/warder/d', 'cluster-d')) as { kept: string };
    assert.match(kept, /no cluster that they belong to/);
  });

  test('an ensemble that does not answer is an error that says so', async () => {
    const nowhere = withSession('127.0.0.1:1', signal, (each) => each.read('/'));
    await assert.rejects(nowhere, /no member of the ensemble can be reached: 127\.0\.0\.1:1: .*ECONNREFUSED/);
  });
});

for (const version of ['3.9.2', '2.8.2']) {
  describe(`Kafka ${version} on ZooKeeper`, { skip: missing ?? false, timeout: 240_000 }, () => {
    let zookeeper: LocalZooKeeper;
    let cluster: LocalCluster;
    let client: KafkaClient;
    const names = ['broker-0', 'broker-1', 'broker-2'];

    before(async () => {
      zookeeper = await LocalZooKeeper.start();
      const shape = { combined: false, brokers: 3, controllers: 3 };
      cluster = await LocalCluster.prepare({ version, ...shape, zookeeper: zookeeper.connect });
      assert.deepEqual(await callChroot(cluster, 'claim-chroot'), { chroot });
      await Promise.all(names.map((name) => cluster.launch(name)));
      client = newClient();
      await untilReady(cluster, 90_000).catch(async (error: unknown) => {
        throw new Error(`${String(error)}\n${(await cluster.log('broker-0')).slice(-2000)}`);
      });
    });

    after(async () => {
      client?.close();
      await cluster?.stop();
      await zookeeper?.stop();
    });

    test('the jars are those that the package names', async () => {
      const known = kafkaVersion(version);
      assert.equal(await checksumOf(await resolveJars(known)), known.artifact.checksum);
    });

    test('there are brokers alone, and the cluster has the id that it would have anyway', async () => {
      assert.deepEqual(
        cluster.view().instances.map(({ name }) => name),
        names,
      );
      const { clusterId, controllerId } = await nodeOf(client, cluster, 'broker-1').call(metadata, { topics: [] });
      assert.equal(clusterId, 'jxTkX87qFnpaNt7dS-olQw');
      assert.ok([0, 1, 2].includes(controllerId));
      await callChroot(cluster, 'check-chroot');
    });

    test('topics and brokers by their routes and commands', async () => {
      await send(cluster, 'PUT', '/topics/orders', { partitions: '3', replication: '3' });
      await send(cluster, 'PUT', '/topics/orders/operation/partitions', { partitions: '4' });
      await send(cluster, 'PUT', '/topics/orders/operation/config', { value: 'retention.ms=60000' });
      assert.match(await print(cluster, 'topic producer-test', ['orders', '50']), /50/);
      assert.match(await print(cluster, 'topic describe', ['orders']), /retention\.ms=60000/);
      assert.equal((await print(cluster, 'broker list')).match(/active controller/g)?.length, 1);
      assert.match(await print(cluster, 'broker get', ['1']), /of records/);
      await send(cluster, 'PUT', '/topics/gone', {});
      await send(cluster, 'DELETE', '/topics/gone');
      assert.deepEqual(await send(cluster, 'GET', '/topics'), ['orders']);
    });

    test('values change live', async () => {
      const set = { 'num.network.threads': '4', 'min.insync.replicas': '1' };
      assert.deepEqual(await callLive(cluster, 'broker-0', { set, unset: [] }), {
        changed: Object.entries(set).map(([key, value]) => ({ key, value })),
      });
      await callLive(cluster, 'broker-0', { set: { 'min.insync.replicas': '2' }, unset: ['num.network.threads'] });
    });

    test('what brokers go by is what the tables say of their release', async () => {
      const { brokers, silent } = await readSpoken(client, cluster.view(), signal);
      assert.deepEqual(silent, []);
      assert.equal(brokers.length, 3);
      for (const { protocol, newest, format } of brokers) {
        assert.deepEqual([protocol, newest].map(shortProtocol), Array(2).fill(newestProtocol(version)));
        assert.equal(recordFormat(format), 2);
      }
    });

    test('what stands in the way of an upgrade is named, all at once', async () => {
      const look = async (to: string): Promise<string> => {
        const wish = { from: version, to, soakMs: 0, acceptsPauses: false };
        return (await lookAt(client, cluster.view(), wish, signal)).problems.join('\n');
      };
      assert.equal(await look('3.9.2'), '');
      await send(cluster, 'PUT', '/topics/alone', { partitions: '1', replication: '1' });
      await send(cluster, 'PUT', '/topics/alone/operation/config', { value: 'message.format.version=0.10.2' });
      assert.match(await look('3.9.2'), /1 topic cannot stay available: alone/);
      if (version === '2.8.2') assert.match(await look('3.9.2'), /keeps records in an old format in alone \(0\.10\.2/);
      assert.match(await look('4.4.0'), /has no ZooKeeper any more[^]*cannot stay available/);
      await send(cluster, 'DELETE', '/topics/alone');
    });

    test('the active controller goes last', async () => {
      await Promise.all(names.map((name) => untilAnswer(() => askGate(cluster, 'in-sync', name), isOpen, 20_000)));
      const { controllerId } = await nodeOf(client, cluster, 'broker-0').call(metadata, { topics: [] });
      for (const name of names) {
        const others = names.filter((other) => other !== name);
        const answer = await askGate(cluster, 'stop-safe', name, others);
        if (name !== `broker-${controllerId}`) assert.equal(answer.open, true, answer.reason);
        else assert.match(`${answer.open} ${answer.defer} ${answer.reason}`, /^false true it is the active controller/);
        assert.equal((await askGate(cluster, 'stop-safe', name)).open, true, 'alone it may');
      }
    });

    test('while the controller is down none of the others stops; it comes back, empty, and leads again', async () => {
      const { controllerId } = await nodeOf(client, cluster, 'broker-0').call(metadata, { topics: [] });
      const [gone, other] = [`broker-${controllerId}`, `broker-${(controllerId + 1) % 3}`];
      assert.equal((await askGate(cluster, 'replace-safe', gone)).open, true);
      await cluster.end(gone, 'SIGTERM');
      // Until another controller is elected the cluster cannot be asked at all, which holds the gate too.
      const held = await untilAnswer(
        () => askGate(cluster, 'stop-safe', other),
        (answer) => answer.reason.includes(`${gone} is not in the cluster`),
        20_000,
      );
      assert.equal(held.open, false);
      await cluster.wipe(gone);
      await cluster.launch(gone);
      await untilAnswer(() => askGate(cluster, 'in-sync', gone), isOpen, 60_000);
      await untilAnswer(() => askGate(cluster, 'stop-safe', other), isOpen, 20_000);
    });

    test('the chroot goes when the last broker has gone, and nothing else does', async () => {
      await withSession(zookeeper.connect, signal, (session) => session.create('/warder/other'));
      const added: unknown[] = [];
      assert.deepEqual(await callChroot(cluster, 'remove-chroot', added), { later: 'a broker still runs' });
      assert.equal(added.length, 1);
      await Promise.all(names.map((name) => cluster.end(name, 'SIGTERM')));
      const { removed } = (await callChroot(cluster, 'remove-chroot')) as { removed: number };
      assert.ok(removed > 20, String(removed));
      await withSession(zookeeper.connect, signal, async (session) => {
        assert.deepEqual(await session.children('/warder'), ['other']);
      });
      await assert.rejects(
        callChroot(cluster, 'check-chroot'),
        /\/warder\/kafka is not there: correct zookeeper\.connect/,
      );
    });
  });
}
