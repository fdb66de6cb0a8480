/**
 * Brokers leave a real Kafka under load: one in the middle, emptied under a throttle, cancelled, with the server killed
 * halfway and a topic made meanwhile. Nothing may be destroyed that is needed, and nothing that was acknowledged may be lost.
 */
import assert from 'node:assert/strict';
import { globSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createHome, until } from './home.ts';
import type { Ran } from './home.ts';
import { leftOf } from './jail.ts';
import { compileLoad } from './load.ts';
import { serviceOf } from './service.ts';
import { needs, onlyFull } from './skip.ts';
import { story } from './upgrading.ts';

const PARTITIONS = 9;
const RATE = 200;
const PATIENCE_MS = 240_000;

const options = {
  service: { files_max: 4096 },
  brokers: { count: 4, cpus: 0.2, memory: 512, heap: 192, disk: 600, jvm_options: '-XX:TieredStopAtLevel=1' },
  controllers: { count: 1, cpus: 0.1, memory: 384, heap: 128, disk: 300 },
  kafka: {
    offsets_topic_num_partitions: 3,
    transaction_state_log_num_partitions: 3,
    group_initial_rebalance_delay_ms: 0,
    broker_session_timeout_ms: 6_000,
    broker_heartbeat_interval_ms: 1_000,
    log_cleaner_dedupe_buffer_size: '2097152',
  },
};

type Topic = {
  readonly partitions: readonly Readonly<Record<string, { readonly replicas: readonly number[] }>>[];
  readonly configs: Readonly<Record<string, string>>;
};
type Settings = { readonly settings: readonly { readonly key: string; readonly brokers: readonly number[] }[] };

const version = process.env['WARDER_TEST_KAFKA'] ?? '4.4.0';
const skip = needs('root', 'runc', 'ip', 'javac', 'mvn') || onlyFull;

test(`decommission of a broker of Kafka ${version}`, { skip, timeout: 900_000 }, async (t) => {
  const home = createHome('decommission');
  const kafka = serviceOf(home, 'kafka');
  const part = story(t);
  const plan = 'decommission-broker';
  const decommission = (...args: readonly string[]): Promise<Ran> => kafka.run('broker', 'decommission', ...args);
  const begin = async (...args: readonly string[]): Promise<void> => {
    const ran = await decommission(...args);
    assert.equal(ran.code, 0, ran.stderr);
  };
  const replicas = async (topic: string): Promise<readonly number[]> => {
    const { partitions } = await kafka.json<Topic>('topic', 'describe', topic);
    return partitions.flatMap((one) => Object.values(one).flatMap((each) => each.replicas));
  };
  const copying = (): Promise<string> =>
    until(
      'a batch is copied',
      async () => {
        const { phases } = await kafka.plan(plan);
        const steps = phases.filter(({ name }) => name.startsWith('batch-')).flatMap((each) => each.steps);
        return steps.find(
          ({ name, status, message }) => name === 'moves-done' && status === 'WAITING' && / of /.test(message),
        )?.message;
      },
      PATIENCE_MS,
    );
  const servers = async (): Promise<readonly string[]> =>
    (await kafka.tasks()).filter(({ name }) => name.startsWith('broker-')).map(({ id }) => id);
  const kill = async (): Promise<void> => {
    process.kill(home.serverPid(), 'SIGKILL');
    await new Promise((done) => setTimeout(done, 1_000));
    await home.ok('server', 'start', '--agents', '3');
  };
  const demandNothingLeft = async (): Promise<void> => {
    const looked = await home.run('kafka', 'rebalance', '--dry-run');
    assert.doesNotMatch(looked.stderr, /somebody else/);
    const { settings } = await kafka.json<Settings>('broker', 'config', 'list');
    assert.deepEqual(
      settings.filter(({ key }) => key.includes('throttled') || key.startsWith('cordoned')),
      [],
    );
    for (const topic of ['orders', 'bulk'])
      assert.deepEqual((await kafka.json<Topic>('topic', 'describe', topic)).configs, {});
  };

  let ends = (): Promise<unknown> => Promise.resolve();
  try {
    await home.ok('server', 'start', '--agents', '3');
    const file = join(home.path, 'options.json');
    writeFileSync(file, JSON.stringify(options));
    await home.ok('package', 'install', 'kafka', '--yes', '--version', version, '--options', file);
    const jars = globSync(join(home.path, 'cache', '*', 'content', 'kafka_2.13-*.jar'))[0] ?? '';
    const load = await compileLoad(join(jars, '..'));
    t.after(() => load.remove());
    await kafka.ok('topic', 'create', 'orders', '--partitions', String(PARTITIONS), '--replication', '3');
    await kafka.ok('topic', 'create', 'bulk', '--partitions', String(PARTITIONS), '--replication', '2');
    const { address } = await kafka.json<{ readonly address: readonly string[] }>('endpoints', 'broker');
    const bootstrap = address.join(',');
    const producer = load.start(bootstrap, 'orders', PARTITIONS, RATE);
    ends = () => producer.stop();
    for (let written = 0; written < 40_000; written += 20_000)
      await kafka.ok('topic', 'producer-test', 'bulk', '20000');

    await part('what cannot work is refused, with all reasons at once', async () => {
      const unknown = await decommission('7', '--dry-run');
      assert.match(unknown.stderr, /there is no broker 7: there are 0, 1, 2, 3/);
      await kafka.ok('topic', 'create', 'wide', '--partitions', '1', '--replication', '4');
      const wide = await decommission('1', '--dry-run');
      assert.notEqual(wide.code, 0);
      assert.match(wide.stderr, /3 brokers would be left, too few for 1 topic \(wide\) with 4 replicas/);
      await kafka.ok('topic', 'delete', 'wide');
    });

    await part('a lower count alone destroys nothing: the gate says what to do instead (koperator#272)', async () => {
      const before = await servers();
      await kafka.update('brokers.count=3');
      const reason = await until('it waits at the gate', async () => {
        const steps = (await kafka.plan('update')).phases.flatMap((each) => each.steps);
        return steps.find(({ message }) => message.includes('broker decommission 3'))?.message;
      });
      t.diagnostic(reason);
      await kafka.ok('plan', 'rollback', 'update');
      await kafka.reaches('update', 'COMPLETE', PATIENCE_MS);
      assert.deepEqual(await servers(), before);
    });

    await part('it is cancelled in the middle: no move, no throttle and no cordon is left', async () => {
      const shown = await decommission('1', '--throttle', '500k', '--dry-run');
      t.diagnostic(shown.stdout);
      await begin('1', '--throttle', '500k');
      t.diagnostic(await copying());
      await kafka.ok('plan', 'cancel', plan);
      await kafka.reaches(plan, 'CANCELLED', PATIENCE_MS);
      await demandNothingLeft();
    });

    await part('broker 1 goes, although the server is killed, and all others run on (koperator#829)', async () => {
      const before = await servers();
      await begin('1', '--throttle', '1M');
      t.diagnostic(await copying());
      await kill();
      await kafka.ok('topic', 'create', 'meanwhile', '--partitions', '4', '--replication', '2');
      await kafka.run('rebalance', 'throttle', '80M');
      await until(
        'it leaves',
        async () => {
          const run = await kafka.plan(plan);
          return run.phases.find(({ name, status }) => name === 'leave' && status !== 'PENDING');
        },
        PATIENCE_MS,
      );
      await kill();
      await kafka.reaches(plan, 'COMPLETE', PATIENCE_MS);
      assert.deepEqual(
        await servers(),
        before.filter((id) => !id.includes('broker-1-')),
      );
      assert.deepEqual(
        await kafka
          .json<readonly string[]>('broker', 'list')
          .then((list) => list.map((each) => String(typeof each === 'string' ? each : (each as { id: number }).id))),
        ['0', '2', '3'],
      );
      for (const topic of ['orders', 'bulk', 'meanwhile']) assert.ok(!(await replicas(topic)).includes(1));
      await demandNothingLeft();
    });

    await part('one more takes a new number and its share, and goes again', async () => {
      const grown = await kafka.run('scale', '--brokers', '4', '--rebalance', '--wait');
      assert.equal(grown.code, 0, grown.stderr);
      assert.ok([...(await replicas('orders')), ...(await replicas('bulk'))].includes(4));
      const shrunk = await kafka.run('scale', '--brokers', '3', '--wait');
      assert.equal(shrunk.code, 0, shrunk.stderr);
      for (const topic of ['orders', 'bulk', 'meanwhile']) assert.ok(!(await replicas(topic)).includes(4));
      await demandNothingLeft();
    });

    await part('nothing that was acknowledged is lost', async () => {
      const told = await producer.stop();
      assert.deepEqual(producer.failures, []);
      assert.equal(told.acked, told.sent);
      const read = await load.check(bootstrap, 'orders', PARTITIONS, told.sent);
      assert.deepEqual(read, { read: told.sent, lost: 0, twice: 0, disorder: 0 });
      t.diagnostic(`${told.sent} records, p99 ${told.p99Micros / 1000} ms`);
    });
  } finally {
    // Whoever still sends must end first, or nothing ever does.
    await ends();
    await home.end();
  }
  assert.deepEqual(leftOf(home.path), []);
});
