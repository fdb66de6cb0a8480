/**
 * A broker of a real Kafka goes to another agent, and starts empty where it is, under load: it catches up under a throttle that
 * is there meanwhile and gone afterwards, also after a cancel and over a kill of the server. What cannot be is refused.
 */
import assert from 'node:assert/strict';
import { globSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createHome, until } from './home.ts';
import { leftOf } from './jail.ts';
import { compileLoad } from './load.ts';
import { serviceOf } from './service.ts';
import { needs, onlyFull } from './skip.ts';
import { story } from './upgrading.ts';

const PARTITIONS = 6;
const RATE = 200;
const PATIENCE_MS = 120_000;

const options = {
  service: { files_max: 4096 },
  brokers: {
    count: 3,
    cpus: 0.2,
    memory: 512,
    heap: 192,
    disk: 600,
    jvm_options: '-XX:TieredStopAtLevel=1',
    placement: 'hostname:MAX_PER:2',
  },
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
  readonly partitions: readonly Readonly<
    Record<string, { readonly replicas: readonly number[]; readonly isr: readonly number[] }>
  >[];
  readonly configs: Readonly<Record<string, string>>;
};
type Settings = { readonly settings: readonly { readonly key: string; readonly brokers: readonly number[] }[] };
type Placed = readonly { readonly name: string; readonly agent: string }[];
type DryRun = { readonly hash: string; readonly report?: string };

const byId = (a: number, b: number): number => a - b;

const version = process.env['WARDER_TEST_KAFKA'] ?? '4.4.0';
const skip = needs('root', 'runc', 'ip', 'javac', 'mvn') || onlyFull;

test(`move and replace of a broker of Kafka ${version}`, { skip, timeout: 600_000 }, async (t) => {
  const home = createHome('broker-move');
  const kafka = serviceOf(home, 'kafka');
  const part = story(t);
  const broker = (...args: readonly string[]) => kafka.run('broker', ...args);
  const throttles = async (): Promise<readonly string[]> => {
    const { settings } = await kafka.json<Settings>('broker', 'config', 'list');
    return settings
      .filter(({ key }) => key.includes('throttled'))
      .map(({ key, brokers }) => `${key} ${brokers.join(',')}`);
  };
  const lists = async (): Promise<Readonly<Record<string, string>>> => {
    const { configs } = await kafka.json<Topic>('topic', 'describe', 'bulk');
    return configs;
  };
  const demandNothingLeft = async (): Promise<void> => {
    assert.deepEqual(await throttles(), []);
    for (const topic of ['orders', 'bulk'])
      assert.deepEqual((await kafka.json<Topic>('topic', 'describe', topic)).configs, {});
  };
  const demandInSync = async (): Promise<void> => {
    for (const topic of ['orders', 'bulk']) {
      const { partitions } = await kafka.json<Topic>('topic', 'describe', topic);
      for (const one of partitions.flatMap((each) => Object.values(each)))
        assert.deepEqual(one.isr.toSorted(byId), one.replicas.toSorted(byId));
    }
  };
  const catchingUp = (plan: string): Promise<string> =>
    until(
      'it catches up',
      async () => {
        const steps = (await kafka.plan(plan)).phases.flatMap((each) => each.steps);
        return steps.find(({ message }) => /partitions, .* of .*throttled to/.test(message))?.message;
      },
      PATIENCE_MS,
    );
  const servers = async (): Promise<readonly string[]> =>
    (await kafka.tasks()).filter(({ name }) => name.startsWith('broker-')).map(({ id }) => id);
  const others = (ids: readonly string[]): readonly string[] => ids.filter((id) => !id.includes('broker-1-'));
  const kill = async (): Promise<void> => {
    process.kill(home.serverPid(), 'SIGKILL');
    await new Promise((done) => setTimeout(done, 1_000));
    await home.ok('server', 'start', '--agents', '3');
  };
  const agentOf = async (instance: string): Promise<string> =>
    (await kafka.json<Placed>('task', 'list')).find(({ name }) => name === `${instance}-server`)?.agent ?? '';
  const refused = async (why: RegExp, ...args: readonly string[]): Promise<void> => {
    const ran = await broker(...args);
    assert.notEqual(ran.code, 0, ran.stdout);
    assert.match(ran.stderr, why);
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
    await kafka.ok('topic', 'create', 'bulk', '--partitions', String(PARTITIONS), '--replication', '3');
    const { address } = await kafka.json<{ readonly address: readonly string[] }>('endpoints', 'broker');
    const bootstrap = address.join(',');
    const producer = load.start(bootstrap, 'orders', PARTITIONS, RATE);
    ends = () => producer.stop();
    await kafka.ok('topic', 'producer-test', 'bulk', '20000');
    const [home1, target] = [await agentOf('broker-1'), await agentOf('broker-2')];

    await part('what cannot be is refused before anything is done, with the reason', async () => {
      await refused(/there is no broker 7: there are 0, 1, 2/, 'move', '7', '--dry-run');
      await refused(/there is no agent nowhere: there are /, 'move', '1', '--to', 'nowhere', '--dry-run');
      assert.match((await broker('move', '1', '--to', home1, '--dry-run')).stdout, /broker-1 is on .* already/);
      await home.ok('agent', 'cordon', target);
      await refused(/is cordoned: nothing new is placed on it/, 'move', '1', '--to', target);
      await home.ok('agent', 'uncordon', target);
      await kafka.ok('topic', 'create', 'single', '--partitions', '3', '--replication', '1');
      await refused(/has the last in-sync replica of 1 partition/, 'replace', '1');
      await kafka.ok('topic', 'delete', 'single');
    });

    await part(
      'it goes to the named agent with its id, throttled meanwhile, although the server is killed',
      async () => {
        const before = await servers();
        const asked = ['move', '1', '--to', target, '--throttle', '300k'];
        const shown = await broker(...asked, '--dry-run');
        assert.equal(shown.code, 0, shown.stderr);
        assert.ok(shown.stdout.includes(`replaced, with empty volumes, on ${target}`), shown.stdout);
        t.diagnostic(shown.stdout);
        const { hash } = await kafka.json<DryRun>('broker', ...asked, '--dry-run');
        const begun = await broker(...asked, '--approve', hash);
        assert.equal(begun.code, 0, begun.stderr);
        t.diagnostic(await catchingUp('move-broker'));
        const rates = await throttles();
        assert.equal(rates.filter((each) => each.endsWith(' 0,1,2')).length, 2, rates.join('; '));
        const { 'follower.replication.throttled.replicas': slowed } = await lists();
        assert.deepEqual(
          slowed?.split(','),
          Array.from({ length: PARTITIONS }, (_, index) => `${index}:1`),
        );
        await kill();
        t.diagnostic(await catchingUp('move-broker'));
        await kafka.ok('rebalance', 'throttle', '80M');
        await kafka.reaches('move-broker', 'COMPLETE', PATIENCE_MS);
        assert.equal(await agentOf('broker-1'), target);
        assert.deepEqual(others(await servers()), others(before), 'all others run on');
        await demandInSync();
        await demandNothingLeft();
      },
    );

    await part('no rule of the brokers is broken by a move', async () => {
      await refused(/2 of broker on hostname .*, at most 2 may be there/, 'move', '0', '--to', target);
    });

    await part('it starts empty where there is room, and a cancel leaves no throttle', async () => {
      // One that is away is told by the controllers.
      await kafka.ok('pod', 'pause', 'broker-1');
      await kafka.reaches('pause', 'COMPLETE', PATIENCE_MS);
      const ran = await broker('replace', '1', '--throttle', '300k');
      assert.equal(ran.code, 0, ran.stderr);
      t.diagnostic(await catchingUp('replace-broker'));
      await kafka.ok('plan', 'cancel', 'replace-broker');
      await kafka.reaches('replace-broker', 'CANCELLED', PATIENCE_MS);
      await demandNothingLeft();
      await until('it is in sync', () => demandInSync().then(() => true), PATIENCE_MS);
    });

    await part('without a name it goes to any other agent', async () => {
      const from = await agentOf('broker-1');
      await until(
        'all brokers lead and are in sync',
        async () => ((await broker('move', '1', '--dry-run')).code === 0 ? true : undefined),
        PATIENCE_MS,
      );
      const ran = await broker('move', '1', '--wait');
      assert.equal(ran.code, 0, ran.stderr);
      assert.notEqual(await agentOf('broker-1'), from);
      await demandInSync();
      await demandNothingLeft();
    });

    await part('nothing that was acknowledged is lost', async () => {
      const told = await producer.stop();
      assert.deepEqual(producer.failures, []);
      assert.equal(told.acked, told.sent);
      const now = await kafka.json<{ readonly address: readonly string[] }>('endpoints', 'broker');
      const read = await load.check(now.address.join(','), 'orders', PARTITIONS, told.sent);
      assert.deepEqual(read, { read: told.sent, lost: 0, twice: 0, disorder: 0 });
      t.diagnostic(`${told.sent} records, p99 ${told.p99Micros / 1000} ms`);
    });
  } finally {
    await ends();
    await home.end();
  }
  assert.deepEqual(leftOf(home.path), []);
});
