/** What the tests of moved data share: a small cluster under a producer, what is seen of it, and what may not be left behind. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { until } from './home.ts';
import type { Home } from './home.ts';
import { leftOf } from './jail.ts';
import { bootstrapOf, compileLoad, jarsOf } from './load.ts';
import { serviceOf, type Service } from './service.ts';
import { needs, onlyFull } from './skip.ts';

export const version = process.env['WARDER_TEST_KAFKA'] ?? '4.4.0';
export const skip = needs('root', 'runc', 'ip', 'javac', 'mvn') || onlyFull;

export type Small = {
  readonly brokers: { readonly count: number; readonly placement?: string };
  /** Of `orders`, which has three replicas and which the producer fills, and of `bulk`. */
  readonly partitions: number;
  readonly bulkReplicas: number;
  /** Records a second. */
  readonly rate: number;
};

/** Sized for two processors. */
const optionsOf = ({ brokers }: Small) => ({
  service: { files_max: 4096 },
  brokers: { cpus: 0.2, memory: 512, heap: 192, disk: 600, jvm_options: '-XX:TieredStopAtLevel=1', ...brokers },
  controllers: { count: 1, cpus: 0.1, memory: 384, heap: 128, disk: 300 },
  kafka: {
    offsets_topic_num_partitions: 3,
    transaction_state_log_num_partitions: 3,
    group_initial_rebalance_delay_ms: 0,
    broker_session_timeout_ms: 6_000,
    broker_heartbeat_interval_ms: 1_000,
    log_cleaner_dedupe_buffer_size: '2097152',
  },
});

export type Moving = {
  readonly kafka: Service;
  /** No record that was acknowledged is lost, none is there twice or out of order. */
  readonly settleLedger: () => Promise<void>;
};

export const startServer = (home: Home): Promise<string> => home.ok('server', 'start', '--agents', '3');

export async function killServer(home: Home): Promise<void> {
  process.kill(home.serverPid(), 'SIGKILL');
  await new Promise((done) => setTimeout(done, 1_000));
  await startServer(home);
}

/** A cluster named `kafka` with two topics. It ends with the test, and may leave nothing on the machine. */
export async function openMoving(t: TestContext, home: Home, small: Small): Promise<Moving> {
  const { partitions, bulkReplicas, rate } = small;
  const ends: (() => unknown)[] = [];
  t.after(async () => {
    // Whoever still sends must end first, or nothing ever does.
    for (const end of ends) await end();
    // Only a server takes away what it began.
    await home.run('server', 'start', '--agents', '3');
    await home.end();
    assert.deepEqual(leftOf(home.path), []);
  });
  const kafka = serviceOf(home, 'kafka');
  await startServer(home);
  const file = join(home.path, 'options.json');
  writeFileSync(file, JSON.stringify(optionsOf(small)));
  await home.ok('package', 'install', 'kafka', '--yes', '--version', version, '--options', file);
  const load = await compileLoad(jarsOf(home));
  ends.push(() => load.remove());
  for (const [topic, replicas] of Object.entries({ orders: 3, bulk: bulkReplicas }))
    await kafka.ok('topic', 'create', topic, '--partitions', String(partitions), '--replication', String(replicas));
  const producer = load.start(await bootstrapOf(home), 'orders', partitions, rate);
  ends.unshift(() => producer.stop());
  return {
    kafka,
    settleLedger: async () => {
      const told = await producer.stop();
      assert.deepEqual(producer.failures, []);
      assert.equal(told.acked, told.sent);
      const read = await load.check(await bootstrapOf(home), 'orders', partitions, told.sent);
      assert.deepEqual(read, { read: told.sent, lost: 0, twice: 0, disorder: 0 });
      t.diagnostic(`${told.sent} records, p99 ${told.p99Micros / 1000} ms`);
    },
  };
}

type Partition = { readonly replicas: readonly number[]; readonly isr: readonly number[] };
type Topic = {
  readonly partitions: readonly Readonly<Record<string, Partition>>[];
  readonly configs: Readonly<Record<string, string>>;
};
type Settings = { readonly settings: readonly { readonly key: string; readonly brokers: readonly number[] }[] };

const topicOf = (kafka: Service, name: string): Promise<Topic> => kafka.json<Topic>('topic', 'describe', name);

export const configsOf = async (kafka: Service, topic: string): Promise<Topic['configs']> =>
  (await topicOf(kafka, topic)).configs;

/** Of these topics, by names like `orders-3`. */
export async function partitionsOf(kafka: Service, topics: readonly string[]): Promise<ReadonlyMap<string, Partition>> {
  const all = new Map<string, Partition>();
  for (const name of topics)
    for (const each of (await topicOf(kafka, name)).partitions)
      for (const [index, partition] of Object.entries(each)) all.set(`${name}-${index}`, partition);
  return all;
}

export const topicsOf = (kafka: Service): Promise<readonly string[]> => kafka.json('topic', 'list');

/** The broker of every replica of these topics. */
export const replicasOf = async (kafka: Service, ...topics: readonly string[]): Promise<readonly number[]> =>
  [...(await partitionsOf(kafka, topics)).values()].flatMap(({ replicas }) => replicas);

/** Ids of the brokers' tasks: another id is another start. */
export const serversOf = async (kafka: Service): Promise<readonly string[]> =>
  (await kafka.tasks()).filter(({ name }) => name.startsWith('broker-')).map(({ id }) => id);

/** What slows copies down or keeps replicas away, of all that is set of brokers. */
export async function heldOf(kafka: Service): Promise<Settings['settings']> {
  const { settings } = await kafka.json<Settings>('broker', 'config', 'list');
  return settings.filter(({ key }) => key.includes('throttled') || key.startsWith('cordoned'));
}

/** What a run says while it copies a batch. */
export const copying = (kafka: Service, plan: string): Promise<string> =>
  until(
    'a batch is copied',
    async () => {
      const { phases } = await kafka.plan(plan);
      const steps = phases.filter(({ name }) => name.startsWith('batch-')).flatMap((each) => each.steps);
      return steps.find(
        ({ name, status, message }) => name === 'moves-done' && status === 'WAITING' && / of /.test(message),
      )?.message;
    },
    240_000,
  );

/** No move is under way, and no throttle and no cordon is set, of whatever there is. */
export async function demandNothingLeft(kafka: Service): Promise<void> {
  // It looks at everything that is under way, and refuses if it finds any.
  const looked = await kafka.run('rebalance', '--dry-run');
  assert.doesNotMatch(looked.stderr, /somebody else/);
  assert.deepEqual(await heldOf(kafka), []);
  for (const topic of await topicsOf(kafka)) {
    const set = Object.keys(await configsOf(kafka, topic));
    assert.deepEqual(
      set.filter((key) => key.includes('throttled')),
      [],
      topic,
    );
  }
}
