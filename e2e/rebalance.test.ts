/**
 * Partitions moved in a real Kafka under load: brokers are added empty, given their share under a throttle, by a run that is
 * cancelled, and by one whose server is killed. Nothing may be lost, twice or out of order, and nothing may be left behind.
 */
import assert from 'node:assert/strict';
import { globSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createHome, until } from './home.ts';
import type { Ran } from './home.ts';
import { leftOf } from './jail.ts';
import { compileLoad } from './load.ts';
import { serviceOf, type RunSeen } from './service.ts';
import { needs, onlyFull } from './skip.ts';
import { story } from './upgrading.ts';

const PARTITIONS = 12;
const RATE = 200;
const PATIENCE_MS = 240_000;

const options = {
  service: { files_max: 4096 },
  brokers: { count: 3, cpus: 0.2, memory: 512, heap: 192, disk: 600, jvm_options: '-XX:TieredStopAtLevel=1' },
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

type DryRun = { readonly hash: string; readonly warnings: readonly string[]; readonly run: Pick<RunSeen, 'phases'> };
type Topic = {
  readonly partitions: readonly Readonly<Record<string, { readonly replicas: readonly number[] }>>[];
  readonly configs: Readonly<Record<string, string>>;
};

const version = process.env['WARDER_TEST_KAFKA'] ?? '4.4.0';
const skip = needs('root', 'runc', 'ip', 'javac', 'mvn') || onlyFull;

test(`rebalance of Kafka ${version}`, { skip, timeout: 900_000 }, async (t) => {
  const home = createHome('rebalance');
  const kafka = serviceOf(home, 'kafka');
  const part = story(t);
  const rebalance = (...args: readonly string[]): Promise<Ran> => home.run('kafka', 'rebalance', ...args);
  const dry = (...args: readonly string[]): Promise<DryRun> =>
    home.json<DryRun>('kafka', 'rebalance', ...args, '--dry-run');
  const replicas = async (topic: string): Promise<readonly (readonly number[])[]> => {
    const { partitions } = await kafka.json<Topic>('topic', 'describe', topic);
    return partitions.flatMap((one) => Object.values(one).map((each) => each.replicas));
  };
  const shareOf = async (id: number): Promise<number> =>
    [...(await replicas('orders')), ...(await replicas('bulk'))].flat().filter((each) => each === id).length;
  const copying = (): Promise<string> =>
    until(
      'a batch is copied',
      async () => {
        const { phases } = await kafka.plan('rebalance');
        const steps = phases.filter(({ name }) => name.startsWith('batch-')).flatMap((each) => each.steps);
        return steps.find(
          ({ name, status, message }) => name === 'moves-done' && status === 'WAITING' && / of /.test(message),
        )?.message;
      },
      PATIENCE_MS,
    );
  /** A dry run looks at everything that is under way, and at every throttle there is, and refuses if it finds any. */
  const demandNothingLeft = async (): Promise<void> => {
    const looked = await rebalance('--dry-run');
    assert.doesNotMatch(looked.stderr, /somebody else/);
    for (const topic of ['orders', 'bulk'])
      assert.deepEqual((await kafka.json<Topic>('topic', 'describe', topic)).configs, {});
  };

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
    t.after(() => producer.stop());
    for (let written = 0; written < 50_000;) {
      const ran = await kafka.json<{ readonly records: number }>('topic', 'producer-test', 'bulk', '50000');
      written += ran.records;
    }

    await part(
      'new brokers are given nothing by themselves, and their share by a proposal (strimzi#12719)',
      async () => {
        await home.ok('package', 'update', 'kafka', '--set', 'brokers.count=5');
        assert.equal((await shareOf(3)) + (await shareOf(4)), 0);
        const ran = await rebalance('--dry-run');
        assert.equal(ran.code, 0, ran.stderr);
        assert.match(ran.stdout, /moves of .* at least/);
        assert.match(ran.stdout, /no throttle was given/);
        t.diagnostic(ran.stdout);
        const fill = await dry('--brokers', '3,4');
        assert.ok(fill.run.phases.some(({ name }) => name === 'batch-1'));
        assert.equal((await shareOf(3)) + (await shareOf(4)), 0, 'a dry run changes nothing');
      },
    );

    await part('what was shown is what is approved, although sizes change; else it is refused', async () => {
      const shown = await dry('--throttle', '1M');
      await kafka.ok('topic', 'producer-test', 'bulk', '2000');
      assert.equal((await dry('--throttle', '1M')).hash, shown.hash);
      const stale = await rebalance('--throttle', '1M', '--approve', `${shown.hash}0`);
      assert.notEqual(stale.code, 0);
      assert.match(stale.stderr, /does not hold any more/);
      const begun = await rebalance('--throttle', '1M', '--approve', shown.hash);
      assert.equal(begun.code, 0, begun.stderr);
    });

    await part('it is cancelled in the middle: no move, no throttle is left', async () => {
      const before = await replicas('bulk');
      const message = await copying();
      t.diagnostic(message);
      assert.match(message, /throttled to/);
      await kafka.ok('plan', 'cancel', 'rebalance');
      await kafka.reaches('rebalance', 'CANCELLED', PATIENCE_MS);
      await demandNothingLeft();
      const after = await replicas('bulk');
      const kept = before.filter((own, at) => own.every((id) => after[at]?.includes(id)));
      assert.ok(kept.length > 0, 'what was under way is as it was');
    });

    await part('the server is killed in the middle, and the run goes on by itself (koperator#685)', async () => {
      // Slow enough that it cannot be done before it is hurried.
      const shown = await dry('--throttle', '300k');
      const begun = await rebalance('--throttle', '300k', '--approve', shown.hash);
      assert.equal(begun.code, 0, begun.stderr);
      t.diagnostic(await copying());
      process.kill(home.serverPid(), 'SIGKILL');
      await new Promise((done) => setTimeout(done, 1_000));
      await home.ok('server', 'start', '--agents', '3');
      t.diagnostic(await copying());
      t.diagnostic(await kafka.ok('rebalance', 'throttle', '80M'));
      const run = await kafka.reaches('rebalance', 'COMPLETE', PATIENCE_MS);
      const steps = run.phases.flatMap((each) => each.steps);
      assert.ok(steps.every(({ status }) => status === 'COMPLETE'));
      await demandNothingLeft();
    });

    await part('every broker is within its bands, and nothing that was acknowledged is lost', async () => {
      assert.ok((await shareOf(3)) > 0 && (await shareOf(4)) > 0);
      const shares = await Promise.all([0, 1, 2, 3, 4].map(shareOf));
      const [alone = 0] = shares.toSorted((a, b) => b - a);
      // Three racks: who is alone in one has a replica of every partition with three, and the others have the same.
      const others = shares.toSpliced(shares.indexOf(alone), 1);
      assert.ok(Math.max(...others) - Math.min(...others) <= 2, `replicas: ${shares.join(', ')}`);
      const none = await kafka.run('rebalance', 'throttle', '80M');
      assert.match(none.stderr, /throttle-none/);
      const told = await producer.stop();
      assert.deepEqual(producer.failures, []);
      assert.equal(told.acked, told.sent);
      const read = await load.check(bootstrap, 'orders', PARTITIONS, told.sent);
      assert.deepEqual(read, { read: told.sent, lost: 0, twice: 0, disorder: 0 });
      t.diagnostic(`${told.sent} records, p99 ${told.p99Micros / 1000} ms`);
    });
  } finally {
    await home.end();
  }
  assert.deepEqual(leftOf(home.path), []);
});
