/**
 * The classic upgrade of Kafka on ZooKeeper, by its plan and under load: an idempotent and a transactional producer all
 * the time. At the end nothing may be lost, twice or out of order.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { createHome, until } from './home.ts';
import type { Home } from './home.ts';
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

const jvm_options = '-XX:TieredStopAtLevel=1';

const ensemble = {
  servers: { count: 1, heap: 48, memory: 192, jvm_options },
  zookeeper: { tick_time_ms: 500 },
};

const cluster = (connect: string) => ({
  service: { files_max: 4096 },
  brokers: { memory: 512, heap: 192, jvm_options },
  zookeeper: { connect },
  kafka: {
    metadata: 'zookeeper',
    num_io_threads: 2,
    log_cleaner_dedupe_buffer_size: '2097152',
    offsets_topic_num_partitions: 1,
    transaction_state_log_num_partitions: 1,
    group_initial_rebalance_delay_ms: 0,
    extra: { 'zookeeper.session.timeout.ms': '6000' },
  },
});

async function install(home: Home): Promise<void> {
  const file = join(home.path, 'options.json');
  writeFileSync(file, JSON.stringify(ensemble));
  await home.ok('package', 'install', 'zookeeper', '--yes', '--options', file);
  const connect = (await home.ok('zookeeper', 'endpoints', 'connect')).trim();
  writeFileSync(file, JSON.stringify(cluster(connect)));
  await home.ok('package', 'install', 'kafka', '--yes', '--version', '2.8.2', '--options', file);
}

function openKafka(t: TestContext): Promise<Cluster> {
  const home = createHome('upgrade-zookeeper');
  return openCluster(t, home, () => install(home));
}

/** The pins are brought everywhere: the next roll is that of the binaries. */
const pinned = ({ kafka }: Cluster): Promise<true> =>
  until(
    'the pins are everywhere',
    async () => {
      const { phases } = await kafka.plan('upgrade');
      return phases.find(({ name }) => name === 'pin')?.status === 'COMPLETE' ? true : undefined;
    },
    300_000,
  );

const optionsOf = async ({ kafka }: Cluster): Promise<Readonly<Record<string, unknown>>> => {
  type Target = { readonly options: { readonly kafka: Readonly<Record<string, unknown>> } };
  return (await kafka.json<Target>('config', 'target')).options.kafka;
};

const controllerOf = async ({ kafka }: Cluster): Promise<string> => {
  const all = await kafka.json<readonly { readonly id: number; readonly controller: boolean }[]>('broker', 'list');
  return `broker-${all.find(({ controller }) => controller)?.id}-server`;
};

const skip = needs('root', 'runc', 'ip', 'javac', 'mvn') || onlyFull;

test('2.8.2 -> 3.9.2 on ZooKeeper, with a roll back in the middle', { skip, timeout: 1_800_000 }, async (t) => {
  const upgraded = await openKafka(t);
  const { home, kafka } = upgraded;
  const part = story(t);
  const before = await brokers(upgraded);

  await part('ways that would break the cluster are refused, and each says which way to go', async () => {
    const four = await upgrade(upgraded, '4.4.0');
    assert.match(four.stderr, /has no ZooKeeper any more: go to 3\.9, then migrate.*\(upgrade-refused\)/s);
    const unpinned = await home.run('package', 'update', 'kafka', '--version', '3.9.2');
    assert.match(
      unpinned.stderr,
      /would go by 3\.9 as it restarts: warder kafka upgrade --to 3\.9\.2.*\(config-refused\)/s,
    );
    assert.deepEqual(await brokers(upgraded), before, 'nobody was restarted');
  });

  await part('the dry run shows each roll, and the door', async () => {
    const dry = await upgrade(upgraded, '3.9.2', '--dry-run');
    assert.equal(dry.code, 0, dry.stderr);
    t.diagnostic(dry.stdout);
    const order = [
      'pre-flight',
      'pin-2.8',
      'kafka-3.9.2',
      'cluster-well',
      'approve',
      'protocol-3.9',
      'protocol-spoken',
    ];
    const places = order.map((name) => dry.stdout.indexOf(`─ ${name}: `));
    assert.deepEqual(
      places.toSorted((a, b) => a - b),
      places,
      dry.stdout,
    );
    assert.ok((places[0] ?? -1) >= 0);
    assert.equal(dry.stdout.match(/restarts broker-0, broker-1, broker-2/g)?.length, 3);
    assert.match(dry.stdout, /inter\.broker\.protocol\.version 2\.8 -> 3\.9: for good, Kafka 2\.8\.2 does not read/);
    assert.match(dry.stdout, /no roll of the format/);
    const hash = /--approve (\S+)/.exec(dry.stdout)?.[1] ?? '';
    await begun(upgraded, '3.9.2', '--approve', hash);
  });

  await part('rolled back in the middle of the new binaries, every broker is what it was', async () => {
    await pinned(upgraded);
    await rolled(upgraded, 2);
    await rollBack(upgraded, '2.8.2');
    assert.equal((await optionsOf(upgraded))['inter_broker_protocol_version'], undefined);
  });

  await part(
    'the server killed in the middle of the roll: it goes on there; the active controller goes last',
    async () => {
      const run = await begun(upgraded, '3.9.2');
      await pinned(upgraded);
      const old = await brokers(upgraded);
      const controller = await controllerOf(upgraded);
      const stage = await rolled(upgraded, 1);
      const running = await brokers(upgraded);
      process.kill(home.serverPid(), 'SIGKILL');
      await home.ok('server', 'start', '--agents', '3');
      assert.equal((await kafka.plan('upgrade')).id, run.id);
      assert.equal((await kafka.plan('update')).id, stage.id, 'the same stage');
      const [done] = [...running].filter(([name, id]) => old.get(name) !== id);
      assert.ok(done);
      await rolled(upgraded, 2);
      const nearly = await brokers(upgraded);
      assert.equal(nearly.get(done[0]), done[1], 'nobody restarts twice');
      assert.equal(await controllerOf(upgraded), controller, 'it led until the end');
    },
  );

  await part('cancelled at its approval: both ways are open, and each has only what is left of it', async () => {
    assert.match(await waitsForApproval(upgraded), /2\.8 -> 3\.9: for good, Kafka 2\.8\.2 does not read/);
    await demandRunning(upgraded, '3.9.2');
    const { inter_broker_protocol_version, log_message_format_version } = await optionsOf(upgraded);
    assert.deepEqual([inter_broker_protocol_version, log_message_format_version], ['2.8', '2.8']);
    await kafka.ok('plan', 'cancel', 'upgrade');
    const [first = ''] = await kafka.json<readonly string[]>('config', 'list');
    const back = await upgrade(upgraded, '2.8.2', '--dry-run');
    assert.match(back.stdout, /would do 3 steps.*─ kafka-2\.8\.2: .*no roll to pin: the options say 2\.8 already/s);
    for (const command of ['package update kafka --version 2.8.2', `kafka config rollback ${first}`])
      assert.match(await home.ok(...command.split(' '), '--dry-run'), /version: 3\.9\.2 -> 2\.8\.2/, command);
    const on = await upgrade(upgraded, '3.9.2', '--dry-run');
    assert.match(on.stdout, /would do 4 steps.*─ protocol-3\.9: .*no roll of binaries: 3\.9\.2 runs already/s);
  });

  await part('raised only when a person agrees: then every broker goes by the new protocol', async () => {
    await begun(upgraded, '3.9.2');
    assert.match(await waitsForApproval(upgraded), /inter\.broker\.protocol\.version 2\.8 -> 3\.9: for good/);
    await kafka.ok('plan', 'approve', 'upgrade');
    await kafka.reaches('upgrade', 'COMPLETE', 600_000);
    const { inter_broker_protocol_version: raised, ...rest } = await optionsOf(upgraded);
    assert.equal(raised, '3.9');
    assert.equal('log_message_format_version' in rest, false);
  });

  await part('from here there is no way back, and every way there is refused', async () => {
    const refused = async (why: RegExp, command: string): Promise<void> => {
      const ran = await home.run(...command.split(' '));
      assert.notEqual(ran.code, 0, command);
      assert.match(ran.stderr, why);
    };
    const [first = ''] = await kafka.json<readonly string[]>('config', 'list');
    const known = /Kafka 2\.8\.2 does not know the protocol that brokers go by \(3\.9\).*\(config-refused\)/s;
    const lower = '--set kafka.inter_broker_protocol_version=2.8';
    await refused(/brokers go by .*2\.8 -> 3\.9.*\(no-way-back\)/s, 'kafka plan rollback upgrade');
    await refused(/2\.8\.2 does not know: there is no way back.*\(upgrade-refused\)/s, 'kafka upgrade --to 2.8.2');
    await refused(known, `kafka config rollback ${first}`);
    await refused(/is 3\.9, and Kafka 2\.8\.2 knows none newer/, 'package update kafka --version 2.8.2');
    await refused(known, `package update kafka --version 2.8.2 ${lower}`);
    await refused(/cannot be lowered \(3\.9 -> 2\.8\).*\(config-refused\)/s, `package update kafka ${lower}`);
    assert.equal(await versionOf(upgraded), '3.9.2');
    assert.match(
      (await upgrade(upgraded, '3.9.2')).stdout,
      /runs Kafka 3\.9\.2 already, and its brokers go by protocol 3\.9/,
    );
  });

  await part('through all of this nothing failed, nothing is lost, twice or out of order', () =>
    settleLedgers(t, upgraded),
  );
});
