/** What a migration reads in a real ZooKeeper, and what it takes away. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Procedure, ServiceView, TaskView } from '@warder/sdk';
import code from '../src/index.ts';
import { clusterId } from '../src/cluster-id.ts';
import { forgetMigration, hasChroot, readNodes } from '../src/migrate/znodes.ts';
import { claimChroot } from '../src/zookeeper/chroot.ts';
import { Session } from '../src/zookeeper/session.ts';
import { whyNoKafka } from './jars.ts';
import { LocalZooKeeper } from './local-zookeeper.ts';
import { skeleton } from './skeleton.ts';

const missing = whyNoKafka();
if (missing !== undefined) console.error(`SKIPPED: the tests against a real ZooKeeper: ${missing}`);

const signal = new AbortController().signal;
const chroot = '/warder/kafka';
const uid = '8f14e45fceea167a5a36dedd4bea2543';

const byBroker = JSON.stringify({ version: 2, brokerid: 1, timestamp: '1', kraftControllerEpoch: -1 });
const byQuorum = JSON.stringify({ version: 2, brokerid: 1000, timestamp: '1', kraftControllerEpoch: 3 });
const begun = JSON.stringify({ version: 0, kraft_metadata_offset: 57, kraft_controller_id: 1000 });

describe('the znodes of a migration', { skip: missing ?? false, timeout: 60_000 }, () => {
  let server: LocalZooKeeper;
  let session: Session;

  before(async () => {
    server = await LocalZooKeeper.start();
    session = await Session.open(server.connect, signal);
    await claimChroot(session, chroot, clusterId(uid));
  });
  after(async () => {
    await session?.close();
    await server?.stop();
  });

  const view = async (tasks: readonly TaskView[] = []): Promise<ServiceView> => ({
    name: 'kafka',
    uid,
    version: '3.9.2',
    options: { kafka: { metadata: 'zookeeper', migration: 'leaving' }, zookeeper: { connect: server.connect } },
    spec: await skeleton({ combined: false, brokers: 3, controllers: 3 }),
    instances: [{ name: 'controller-0', pod: 'controller', index: 0, ports: {}, tasks }],
  });
  const call = async (name: string, service: ServiceView): Promise<unknown> => {
    const procedure: Procedure | undefined = code.procedures?.[name];
    assert.ok(procedure);
    return procedure({ service, args: {}, runId: 'run-1', stepId: 'run-1.0.0', signal, addPhases: () => {} });
  };

  test('tell how far it is, and who leads', async () => {
    assert.deepEqual(await readNodes(session, chroot), {});
    await session.create(`${chroot}/controller`, byBroker);
    assert.deepEqual(await readNodes(session, chroot), { controller: { id: 1, isBroker: true } });
    await session.create(`${chroot}/migration`, begun);
    await session.write(`${chroot}/controller`, byQuorum);
    const led = { offset: 57, controller: { id: 1000, isBroker: false } };
    assert.deepEqual(await readNodes(session, chroot), led);
  });

  test('are not taken away from controllers that run', async () => {
    const running = await view([{ id: 't', name: 'server', state: 'RUNNING', ready: true }]);
    await assert.rejects(call('forget-migration', running), /controller-0 still run/);
    assert.equal((await readNodes(session, chroot)).offset, 57);
  });

  test('are taken away when these are gone, and again if need be; what a broker wrote stays', async () => {
    assert.deepEqual(await call('forget-migration', await view()), {
      removed: [`${chroot}/controller`, `${chroot}/migration`],
    });
    assert.deepEqual(await call('forget-migration', await view()), { removed: [] });
    await session.create(`${chroot}/controller`, byBroker);
    await session.create(`${chroot}/migration`, begun);
    assert.deepEqual(await forgetMigration(session, chroot), [`${chroot}/migration`]);
    assert.deepEqual(await readNodes(session, chroot), { controller: { id: 1, isBroker: true } });
  });

  test('what is known of partitions gets newer versions, before a broker controls and not after', async () => {
    const state = `${chroot}/brokers/topics/orders/partitions/0/state`;
    const paths = ['brokers', 'brokers/topics', 'brokers/topics/orders', 'brokers/topics/orders/partitions'];
    for (const path of [...paths, 'brokers/topics/orders/partitions/0']) await session.create(`${chroot}/${path}`);
    await session.create(`${chroot}/brokers/topics/empty`);
    await session.create(state, '{"leader":1}');
    await forgetMigration(session, chroot);
    assert.equal(await session.touch(state, 1), 1);
    await session.delete(`${chroot}/controller`);
    await forgetMigration(session, chroot);
    assert.equal(await session.touch(state, 2), 103);
    assert.equal(await session.read(state), '{"leader":1}');
    assert.equal(await session.touch(`${chroot}/not-there`, 3), undefined);
  });

  test('another cluster keeps its own', async () => {
    const other = { ...(await view()), uid: '0'.repeat(32) };
    await assert.rejects(call('forget-migration', other), /belongs to the cluster/);
    assert.equal(await hasChroot(other, signal), false);
    assert.equal(await hasChroot(await view(), signal), true);
  });

  test('go with the whole chroot at the end, which can be done again', async () => {
    await session.create('/warder/other');
    assert.match(JSON.stringify(await call('leave-zookeeper', await view())), /removed/);
    assert.deepEqual(await call('leave-zookeeper', await view()), { removed: 0 });
    assert.deepEqual(await session.children('/warder'), ['other']);
    assert.equal(await hasChroot(await view(), signal), false);
  });
});
