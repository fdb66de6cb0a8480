/**
 * Two clusters of Kafka on one ensemble of ZooKeeper, under load from the reference client: one rolls, fails and is
 * uninstalled; the other one keeps serving, and keeps its part of the ensemble.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { withSession } from '../services/kafka/src/zookeeper/session.ts';
import { createHome, until } from './home.ts';
import { javaOf, leftOf } from './jail.ts';
import { compileLoad, jarsOf } from './load.ts';
import type { Load } from './load.ts';
import { serviceOf } from './service.ts';
import type { Service } from './service.ts';
import { needs } from './skip.ts';

const PARTITIONS = 6;
const RATE = 150;

const ensemble = {
  servers: { heap: 48, memory: 192, placement: 'hostname:UNIQUE', jvm_options: '-XX:TieredStopAtLevel=1' },
  zookeeper: { tick_time_ms: 500 },
};

const cluster = (connect: string) => ({
  service: { files_max: 4096 },
  brokers: { memory: 512, heap: 192, placement: 'hostname:UNIQUE', jvm_options: '-XX:TieredStopAtLevel=1' },
  zookeeper: { connect },
  kafka: {
    metadata: 'zookeeper',
    num_io_threads: 2,
    log_cleaner_dedupe_buffer_size: '2097152',
    offsets_topic_num_partitions: 3,
    transaction_state_log_num_partitions: 3,
    group_initial_rebalance_delay_ms: 0,
    extra: { 'zookeeper.session.timeout.ms': '6000' },
  },
});

const ids = async (service: Service): Promise<ReadonlyMap<string, string>> =>
  new Map((await service.tasks()).map(({ name, id }) => [name, id]));

const bootstrapOf = async (service: Service): Promise<string> => (await service.ok('endpoints', 'bootstrap')).trim();

const controllerOf = async (service: Service): Promise<string> => {
  const brokers = await service.json<readonly { readonly id: number; readonly controller: boolean }[]>(
    'broker',
    'list',
  );
  return `broker-${brokers.find(({ controller }) => controller)?.id}`;
};

test('Kafka on ZooKeeper', { skip: needs('root', 'runc', 'ip', 'javac', 'mvn'), timeout: 600_000 }, async (t) => {
  const home = createHome('kafka-zookeeper');
  const [zookeeper, blue, green] = [serviceOf(home, 'zookeeper'), serviceOf(home, 'blue'), serviceOf(home, 'green')];
  const signal = new AbortController().signal;
  let connect = '';
  const children = (path: string): Promise<readonly string[] | undefined> =>
    withSession(connect, signal, async (session) => {
      await session.sync('/');
      return session.children(path);
    });
  const install = async (...args: readonly string[]): Promise<void> => {
    const options = join(home.path, 'options.json');
    const [name] = args;
    writeFileSync(options, JSON.stringify(name === 'zookeeper' ? ensemble : cluster(connect)));
    await home.ok('package', 'install', ...args, '--yes', '--options', options);
  };
  const producing = async (load: Load, service: Service) => {
    await service.ok('topic', 'create', 'orders', '--partitions', String(PARTITIONS), '--replication', '3');
    const producer = load.start(await bootstrapOf(service), 'orders', PARTITIONS, RATE);
    await until('the producer produces', async () => (producer.progress().acked > RATE ? true : undefined));
    return async (): Promise<void> => {
      const told = await producer.stop();
      assert.deepEqual(producer.failures, []);
      assert.equal(told.acked, told.sent);
      const none = { lost: 0, twice: 0, disorder: 0 };
      const checked = await load.check(await bootstrapOf(service), 'orders', PARTITIONS, told.sent);
      assert.deepEqual(checked, { read: told.sent, ...none });
      t.diagnostic(`${told.sent} messages, all acknowledged, and read once and in order`);
    };
  };
  try {
    await t.test('what the version or the options cannot do is refused, and installs nothing', async () => {
      await home.ok('server', 'start', '--agents', '3');
      const refused = async (why: RegExp, ...args: readonly string[]): Promise<void> => {
        const run = await home.run('package', 'install', 'kafka', '--yes', ...args.flatMap((each) => ['--set', each]));
        assert.notEqual(run.code, 0);
        assert.match(run.stderr, why);
      };
      await refused(/4\.4\.0 cannot use ZooKeeper any more: choose version 3\.9\.2/, 'kafka.metadata=zookeeper');
      assert.deepEqual(await home.json('service', 'list'), []);
    });

    await t.test('an ensemble and two clusters, each with a part of its own', async () => {
      await install('zookeeper');
      connect = (await zookeeper.ok('endpoints', 'connect')).trim();
      await install('kafka', '--name', 'blue', '--version', '3.9.2');
      await install('kafka', '--name', 'green', '--version', '3.9.2');
      assert.equal((await blue.tasks()).length, 3, 'brokers alone');
      assert.deepEqual(
        (await children('/warder'))?.toSorted((a, b) => (a < b ? -1 : 1)),
        ['blue', 'green'],
      );
    });

    const load = await compileLoad(jarsOf(home));
    t.after(() => load.remove());
    const endBlue = await producing(load, blue);
    const endGreen = await producing(load, green);

    await t.test('a change rolls one broker at a time, the active controller last', async () => {
      const [before, controller] = [await ids(blue), await controllerOf(blue)];
      await blue.update('kafka.queued_max_requests=600');
      await blue.reaches('update', 'COMPLETE', 180_000);
      const after = await ids(blue);
      for (const [name, id] of after) assert.notEqual(id, before.get(name), `${name} restarted`);
      const tasks = await blue.json<readonly { readonly name: string; readonly startedMs?: number }[]>('task', 'list');
      const last = tasks.toSorted((a, b) => (b.startedMs ?? 0) - (a.startedMs ?? 0))[0];
      assert.equal(last?.name, `${controller}-server`);
    });

    await t.test('the ensemble rolls below them', async () => {
      await zookeeper.update('zookeeper.snapshots_kept=4');
      await zookeeper.reaches('update', 'COMPLETE', 120_000);
    });

    await t.test('a broker that is killed comes back', async () => {
      const killed = (await ids(blue)).get('broker-1-server') ?? '';
      process.kill(javaOf(home.path, killed), 'SIGKILL');
      await until(
        'broker-1 is back',
        async () => {
          const task = await blue.task('broker-1-server');
          if (task.id === killed || task.state !== 'RUNNING' || !task.ready) return undefined;
          const { partitions } = await blue.json<{ readonly partitions: readonly unknown[] }>(
            'topic',
            'under-replicated',
          );
          const brokers = await blue.json<readonly unknown[]>('broker', 'list');
          return partitions.length === 0 && brokers.length === 3 ? true : undefined;
        },
        120_000,
      );
      const { id } = await blue.plan('recovery');
      assert.equal((await blue.reaches('recovery', 'COMPLETE', 120_000)).id, id);
    });

    await t.test('a roll to an ensemble that has not this cluster stops nobody', async () => {
      const before = await ids(blue);
      await blue.update('zookeeper.connect=127.0.0.1:1');
      await until('the roll waits', async () => {
        const steps = (await blue.plan('update')).phases.flatMap((phase) => phase.steps);
        return steps.find(({ message }) => message.includes('no member of the ensemble can be reached'));
      });
      assert.deepEqual(await ids(blue), before);
      await blue.update(`zookeeper.connect=${connect}`);
      await blue.reaches('update', 'COMPLETE');
      assert.deepEqual(await ids(blue), before);
    });

    await t.test('through all of it nothing failed, nothing is lost, twice or out of order', async () => {
      await endBlue();
    });

    await t.test('uninstalled, a cluster takes its own part along, and nothing else', async () => {
      const dry = await home.ok('package', 'uninstall', 'blue', '--dry-run');
      assert.match(dry, /remove-chroot/);
      await home.ok('package', 'uninstall', 'blue', '--yes');
      assert.deepEqual(await children('/warder'), ['green']);
      assert.equal((await children('/warder/green/brokers/ids'))?.length, 3);
      await green.ok('topic', 'create', 'more', '--replication', '3');
      await endGreen();
    });
  } finally {
    await home.run('package', 'uninstall', 'green', '--yes');
    await home.end();
    assert.deepEqual(leftOf(home.path), []);
  }
});
