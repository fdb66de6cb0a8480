/** What the tests of upgrades share: a cluster under two producers, the parts of a story, and the ledger at its end. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { until } from './home.ts';
import type { Home, Ran } from './home.ts';
import { leftOf } from './jail.ts';
import { bootstrapOf, compileLoad, jarsOf, type Load, type Producer } from './load.ts';
import { serviceOf, type RunSeen, type Service } from './service.ts';

const PARTITIONS = 3;

/** Test machines may be busy. */
const PATIENCE_MS = 300_000;

export type Cluster = {
  readonly home: Home;
  readonly kafka: Service;
  readonly load: Load;
  readonly bootstrap: string;
  readonly producers: Readonly<Record<string, Producer>>;
};

/** A cluster named `kafka` that `install` brings up, with an idempotent producer and a transactional one. */
export async function openCluster(t: TestContext, home: Home, install: () => Promise<unknown>): Promise<Cluster> {
  const producers: Record<string, Producer> = {};
  // Whoever still sends must end first, or nothing ever does.
  t.after(async () => {
    await Promise.all(Object.values(producers).map((each) => each.stop()));
    await home.end();
    assert.deepEqual(leftOf(home.path), []);
  });
  await home.ok('server', 'start', '--agents', '3');
  await install();
  const kafka = serviceOf(home, 'kafka');
  for (const topic of ['orders', 'ledger']) {
    const made = await kafka.run('topic', 'create', topic, '--partitions', String(PARTITIONS), '--replication', '3');
    // On a busy machine the controllers may change while they make it, and are asked twice.
    assert.ok(made.code === 0 || made.stderr.includes('topic-exists'), made.stderr);
  }
  const load = await compileLoad(jarsOf(home));
  t.after(() => load.remove());
  const bootstrap = await bootstrapOf(home);
  producers['orders'] = load.start(bootstrap, 'orders', PARTITIONS, 100);
  producers['ledger'] = load.transact(bootstrap, 'ledger', PARTITIONS, 50);
  for (const each of Object.values(producers))
    await until('it produces', async () => (each.progress().acked > 100 ? true : undefined), PATIENCE_MS);
  return { home, kafka, load, bootstrap, producers };
}

/** Nothing failed, nothing is lost, twice or out of order. */
export async function settleLedgers(t: TestContext, { load, bootstrap, producers }: Cluster): Promise<void> {
  for (const [topic, producer] of Object.entries(producers)) {
    const told = await producer.stop();
    assert.deepEqual(producer.failures, []);
    assert.equal(told.acked, told.sent);
    const read = await load.check(bootstrap, topic, PARTITIONS, told.sent);
    assert.deepEqual(read, { read: told.sent, lost: 0, twice: 0, disorder: 0 });
    t.diagnostic(
      `${topic}: ${told.sent} records, p99 ${told.p99Micros / 1000} ms, longest ${told.maxMicros / 1000} ms`,
    );
  }
}

/** Parts of one story: when one fails, the next have nothing to begin with. */
export function story(t: TestContext): (name: string, run: () => Promise<void>) => Promise<void> {
  let broken = false;
  return (name, run) =>
    t.test(name, async (part) => {
      if (broken) return part.skip('a part before it failed');
      broken = true;
      await run();
      broken = false;
      return undefined;
    });
}

export const upgrade = ({ home }: Cluster, to: string, ...more: readonly string[]): Promise<Ran> =>
  home.run('kafka', 'upgrade', '--to', to, '--soak', '3', ...more);

export async function begun(cluster: Cluster, to: string, ...more: readonly string[]): Promise<RunSeen> {
  const ran = await upgrade(cluster, to, ...more);
  assert.equal(ran.code, 0, ran.stderr);
  return cluster.kafka.plan('upgrade');
}

/** Task ids of the brokers by their names. */
export const brokers = async ({ kafka }: Cluster): Promise<ReadonlyMap<string, string>> =>
  new Map((await kafka.tasks()).filter(({ name }) => name.startsWith('broker')).map(({ name, id }) => [name, id]));

/** Waits until so many instances of the stage's update run are done, and others are not. */
export const rolled = ({ kafka }: Cluster, done: number): Promise<RunSeen> =>
  until(
    `${done} instances are rolled`,
    async () => {
      const run = await kafka.plan('update');
      const steps = run.phases
        .flatMap(({ steps: own }) => own)
        .filter(({ name }) => /^(broker|controller)-/.test(name));
      if (run.status === 'COMPLETE') throw new Error('all of them are');
      return steps.filter(({ status }) => status === 'COMPLETE').length >= done ? run : undefined;
    },
    PATIENCE_MS,
  );

/** What the approval says that it waits with. */
export const waitsForApproval = ({ kafka }: Cluster): Promise<string> =>
  until(
    'it waits for its approval',
    async () => {
      const run = await kafka.plan('upgrade');
      const steps = run.phases.flatMap(({ steps: own }) => own);
      return steps.find(({ name, status }) => name === 'approve' && status === 'WAITING')?.message;
    },
    2 * PATIENCE_MS,
  );

export const versionOf = async ({ kafka }: Cluster): Promise<string> =>
  (await kafka.json<{ readonly version: string }>('config', 'target')).version;

/** Every broker runs from the jars of this version. */
export async function demandRunning(cluster: Cluster, version: string): Promise<void> {
  assert.equal(await versionOf(cluster), version);
  for (const [name] of await brokers(cluster)) {
    const jars = await cluster.kafka.ok('task', 'exec', name, '--', 'sh', '-c', 'ls kafka');
    assert.match(jars, new RegExp(`kafka_2\\.13-${version.replaceAll('.', '\\.')}\\.jar`), name);
  }
}

export async function rollBack(cluster: Cluster, to: string): Promise<void> {
  const { kafka } = cluster;
  await kafka.ok('plan', 'rollback', 'upgrade');
  await kafka.reaches('update', 'COMPLETE', 2 * PATIENCE_MS);
  assert.equal((await kafka.plan('upgrade')).status, 'ROLLED_BACK');
  await demandRunning(cluster, to);
}
