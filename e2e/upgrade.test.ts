/**
 * Real Kafka, upgraded by its plan under load: an idempotent and a transactional producer all the time. At the end
 * nothing may be lost, twice or out of order.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { createHome, until } from './home.ts';
import { javaOf } from './jail.ts';
import { needs, onlyFull } from './skip.ts';
import {
  begun,
  brokers,
  demandRunning,
  openCluster,
  rollBack,
  rolled,
  settleLedgers,
  story,
  upgrade,
  versionOf,
  waitsForApproval,
  type Cluster,
} from './upgrading.ts';

const skip = needs('root', 'runc', 'ip', 'javac', 'mvn') || onlyFull;

const options = (separate: boolean) => ({
  service: { files_max: 4096 },
  brokers: { memory: 640, heap: 256 },
  controllers: separate ? { memory: 384, heap: 128 } : { combined: true },
  kafka: {
    offsets_topic_num_partitions: 1,
    transaction_state_log_num_partitions: 1,
    group_initial_rebalance_delay_ms: 0,
    broker_session_timeout_ms: 6_000,
    broker_heartbeat_interval_ms: 1_000,
    log_cleaner_dedupe_buffer_size: '4194304',
  },
});

function openKafka(t: TestContext, name: string, version: string, separate = false): Promise<Cluster> {
  const home = createHome(name);
  const file = join(home.path, 'options.json');
  writeFileSync(file, JSON.stringify(options(separate)));
  return openCluster(t, home, () =>
    home.ok('package', 'install', 'kafka', '--yes', '--version', version, '--options', file),
  );
}

/** One instance of the stage is done, and no other has begun: its run is paused. */
async function firstAlone(cluster: Cluster): Promise<void> {
  const { kafka } = cluster;
  const begins = async (): Promise<true | undefined> => {
    const run = await kafka.plan('update');
    const at = run.phases.flatMap(({ steps }) => steps.map(({ status }) => status));
    return run.status !== 'COMPLETE' && at.some((each) => each.startsWith('START')) ? true : undefined;
  };
  await until('the roll begins', begins, 300_000);
  await kafka.ok('plan', 'pause', 'update');
  await rolled(cluster, 1);
}

test('3.9.2 -> 4.3.1 -> 4.4.0, with roll backs in the middle of each', { skip, timeout: 1_800_000 }, async (t) => {
  const cluster = await openKafka(t, 'upgrade', '3.9.2');
  const { home, kafka } = cluster;
  const part = story(t);

  await part('a topic without a replica to spare is named before anything begins (strimzi#2964)', async () => {
    await kafka.ok('topic', 'create', 'alone', '--partitions', '1', '--replication', '1');
    for (const more of [[], ['--dry-run']]) {
      const refused = await upgrade(cluster, '4.3.1', ...more);
      assert.notEqual(refused.code, 0);
      assert.match(refused.stderr, /1 topic cannot stay available: alone .*--accept-unavailable.*\(upgrade-refused\)/s);
    }
    const accepted = await upgrade(cluster, '4.3.1', '--accept-unavailable', '--dry-run');
    assert.equal(accepted.code, 0, accepted.stderr);
    assert.match(accepted.stdout, /alone/);
    await kafka.ok('topic', 'delete', 'alone');
    // Not every broker hears of it at once.
    const isGone = async () => ((await upgrade(cluster, '4.3.1', '--dry-run')).code === 0 ? true : undefined);
    await until('the topic is gone', isGone);
    assert.equal(await versionOf(cluster), '3.9.2');
  });

  await part('the server killed in the middle of the roll: it goes on at the same step (strimzi#13057)', async () => {
    const dry = await upgrade(cluster, '4.3.1', '--dry-run');
    assert.equal(dry.code, 0, dry.stderr);
    t.diagnostic(dry.stdout);
    assert.match(dry.stdout, /kafka-4\.3\.1: an update to this configuration/);
    assert.match(dry.stdout, /restarts broker-0, broker-1, broker-2/);
    assert.match(dry.stdout, /metadata\.version 21 -> 30/);
    const hash = /--approve (\S+)/.exec(dry.stdout)?.[1] ?? '';
    const before = await brokers(cluster);
    const run = await begun(cluster, '4.3.1', '--approve', hash);
    const stage = await rolled(cluster, 1);
    const running = await brokers(cluster);
    process.kill(home.serverPid(), 'SIGKILL');
    await home.ok('server', 'start', '--agents', '3');
    assert.equal((await kafka.plan('upgrade')).id, run.id);
    assert.equal((await kafka.plan('update')).id, stage.id, 'the same stage');
    const [done] = [...running].filter(([name, id]) => before.get(name) !== id);
    assert.ok(done);
    assert.equal((await brokers(cluster)).get(done[0]), done[1], 'nobody restarts twice');
  });

  await part('rolled back in the middle, every broker is what it was', async () => {
    await rolled(cluster, 2);
    await rollBack(cluster, '3.9.2');
  });

  await part(
    'a broker that hangs is waited for, however long (strimzi#12649); then the features are final',
    async () => {
      await begun(cluster, '4.3.1');
      // Whoever hangs while another one restarts leaves the quorum without a majority, which is another story.
      await firstAlone(cluster);
      const last = (await kafka.plan('update')).phases
        .flatMap(({ steps }) => steps)
        .findLast(({ status }) => status === 'PENDING' || status === 'WAITING');
      const name = last?.name.split(':')[0] ?? '';
      const hung = javaOf(home.path, (await brokers(cluster)).get(`${name}-server`) ?? '');
      process.kill(hung, 'SIGSTOP');
      try {
        await kafka.ok('plan', 'resume', 'update');
        const waits = async () => {
          const run = await kafka.plan('update');
          return run.phases.flatMap(({ steps }) => steps).find(({ message }) => message.includes(name));
        };
        await until('the roll waits for it', waits, 300_000);
        await new Promise((passed) => setTimeout(passed, 8_000));
        assert.notEqual((await kafka.plan('update')).status, 'COMPLETE');
      } finally {
        process.kill(hung, 'SIGCONT');
      }
      assert.match(
        await waitsForApproval(cluster),
        /metadata\.version 21 -> 30.*for good, Kafka 3\.9\.2 reads it no more/,
      );
      await demandRunning(cluster, '4.3.1');
      await kafka.ok('plan', 'approve', 'upgrade');
      await kafka.reaches('upgrade', 'COMPLETE', 300_000);
    },
  );

  await part('from here there is no way back, and every way there is refused', async () => {
    const rollback = await home.run('kafka', 'plan', 'rollback', 'upgrade');
    assert.match(rollback.stderr, /the features of Kafka 4\.3\.1 are finalised .*\(no-way-back\)/s);
    const down = await upgrade(cluster, '3.9.2');
    assert.match(
      down.stderr,
      /has finalised .*metadata\.version 30.*Kafka 3\.9\.2 does not read.*\(upgrade-refused\)/s,
    );
    const update = await home.run('package', 'update', 'kafka', '--version', '3.9.2');
    assert.match(update.stderr, /\(config-refused\)/);
    const [first = ''] = await kafka.json<readonly string[]>('config', 'list');
    const config = await home.run('kafka', 'config', 'rollback', first);
    assert.match(config.stderr, /\(config-refused\)/);
    assert.equal(await versionOf(cluster), '4.3.1');
    assert.match((await upgrade(cluster, '4.3.1')).stdout, /runs Kafka 4\.3\.1 already/);
  });

  await part('to a later 4.x: rolled back before its approval, then brought to its end', async () => {
    await begun(cluster, '4.4.0');
    await waitsForApproval(cluster);
    await rollBack(cluster, '4.3.1');
    await begun(cluster, '4.4.0');
    assert.match(await waitsForApproval(cluster), /metadata\.version 30 -> 33/);
    await kafka.ok('plan', 'approve', 'upgrade');
    await kafka.reaches('upgrade', 'COMPLETE', 300_000);
    await demandRunning(cluster, '4.4.0');
    const down = await upgrade(cluster, '4.3.1');
    assert.match(down.stderr, /has finalised .*metadata\.version 33/);
  });

  await part('through all of this nothing failed, nothing is lost, twice or out of order', () =>
    settleLedgers(t, cluster),
  );
});

test('3.9.2 -> 4.4.0 with controllers of their own (strimzi#12864)', { skip, timeout: 1_800_000 }, async (t) => {
  const cluster = await openKafka(t, 'upgrade-full', '3.9.2', true);
  const { kafka } = cluster;
  const part = story(t);
  await part('rolled back among the brokers, with every controller on the new version', async () => {
    await begun(cluster, '4.4.0');
    await rolled(cluster, 4);
    await rollBack(cluster, '3.9.2');
  });
  await part('controllers first, the active one last of them, then brokers; then the features', async () => {
    await begun(cluster, '4.4.0');
    await waitsForApproval(cluster);
    const order = (await kafka.plan('update')).phases.map(({ name }) => name);
    assert.deepEqual(order.slice(0, 2), ['controller', 'broker']);
    await kafka.ok('plan', 'approve', 'upgrade');
    await kafka.reaches('upgrade', 'COMPLETE', 300_000);
    await demandRunning(cluster, '4.4.0');
  });
  await part('nothing failed, nothing is lost, twice or out of order', () => settleLedgers(t, cluster));
});
