/**
 * Rolls of a real Kafka with nine brokers in three zones, under load from the reference client: several at the same time
 * where that is safe, behind a canary that is judged, with nothing failed, lost, twice or out of order.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHome, until } from './home.ts';
import type { Home } from './home.ts';
import { javaOf, leftOf } from './jail.ts';
import { compileLoad } from './load.ts';
import { BROKERS, batchesOf, brokerTasks, ended, installNine } from './rolling.ts';
import type { DryRun, Run } from './rolling.ts';
import { needs, onlyFull } from './skip.ts';

const PARTITIONS = 9;
const RATE = 150;

/** Brokers of each partition; each partition is a map of one key, its number. */
async function replicasOf(home: Home, topic: string): Promise<readonly (readonly string[])[]> {
  const { partitions } = await home.json<{
    readonly partitions: readonly Readonly<Record<string, { readonly replicas: readonly number[] }>>[];
  }>('kafka', 'topic', 'describe', topic);
  return partitions.flatMap((one) => Object.values(one).map(({ replicas }) => replicas.map((id) => `broker-${id}`)));
}

const skip = needs('root', 'runc', 'ip', 'javac', 'mvn') || onlyFull;

test('rolls of nine brokers', { skip, timeout: 900_000 }, async (t) => {
  const home = createHome('roll');
  const update = (...args: readonly string[]): Promise<string> => home.ok('package', 'update', 'kafka', ...args);
  const dry = (...args: readonly string[]): Promise<DryRun> =>
    home.json<DryRun>('package', 'update', 'kafka', ...args, '--dry-run');
  const run = (): Promise<Run> => home.json<Run>('kafka', 'plan', 'show', 'update');
  try {
    const { jars, bootstrap } = await installNine(home);
    await home.ok('kafka', 'topic', 'create', 'orders', '--partitions', String(PARTITIONS), '--replication', '3');
    const load = await compileLoad(jars);
    t.after(() => load.remove());
    const producer = load.start(bootstrap, 'orders', PARTITIONS, RATE);
    await until('the producer produces', async () => (producer.progress().acked > RATE ? true : undefined));

    await t.test(
      'the dry run shows batches that share no partition, and what they cost; its hash is of them',
      async () => {
        const change = ['--set', 'kafka.queued_max_requests=600', '--parallel', '3'];
        const seen = await dry(...change);
        const batches = batchesOf(seen.run);
        assert.deepEqual(
          batches.map((batch) => batch.length),
          [3, 3, 3],
        );
        for (const replicas of await replicasOf(home, 'orders'))
          for (const batch of batches)
            assert.ok(
              replicas.filter((name) => batch.includes(name)).length <= 1,
              `${replicas.join()} in ${batch.join()}`,
            );
        assert.equal(new Set(batches.flat()).size, BROKERS);
        assert.deepEqual(
          seen.cost.map(({ what, count }) => [what, count]),
          [
            ['restarts', BROKERS],
            ['leaders moved away and back', PARTITIONS],
            ['bytes of replicas moved', 0],
          ],
        );
        const serial = await dry(...change.slice(0, 2));
        assert.deepEqual(batchesOf(serial.run), []);
        assert.notEqual(serial.hash, seen.hash);
        assert.equal((await dry(...change)).hash, seen.hash, 'the same cluster, the same batches');
        const text = await update(...change, '--dry-run');
        assert.match(text, /batch-1 \(parallel strategy\)/);
        assert.match(text, /It costs: restarts 9, leaders moved away and back 9, bytes of replicas moved 0\./);
      },
    );

    await t.test('a topic that cannot stay available is named before, and does not hold up the roll', async () => {
      await home.ok('kafka', 'topic', 'create', 'alone', '--partitions', '1', '--replication', '1');
      const { warnings, refusals } = await dry('--set', 'kafka.queued_max_requests=600', '--parallel', '3');
      assert.ok(
        warnings.some((warning) => /alone/.test(warning) && /no more replicas than min\.insync/.test(warning)),
        warnings.join('\n'),
      );
      assert.deepEqual(refusals, []);
    });

    await t.test('while a broker hangs no batch begins; behind a canary all batches go once it is back', async () => {
      const before = await brokerTasks(home);
      const hung = javaOf(home.path, before.get('broker-8') ?? '');
      process.kill(hung, 'SIGSTOP');
      const change = ['--set', 'kafka.queued_max_requests=600', '--parallel', '3', '--canary', '--soak', '2'];
      let id = '';
      try {
        await until('broker-8 has fallen out', async () => {
          const list = await home.ok('kafka', 'topic', 'under-replicated');
          return list.includes('orders') ? true : undefined;
        });
        await update(...change, '--no-wait');
        const held = await until('the canary waits', async () => {
          const seen = await run();
          const [first] = seen.phases.flatMap(({ steps }) => steps);
          return first?.status === 'WAITING' && /broker.8|orders/.test(first.message) ? seen : undefined;
        });
        ({ id } = held);
        await new Promise((done) => setTimeout(done, 5_000));
        assert.deepEqual(await brokerTasks(home), before, 'nothing was stopped');
      } finally {
        process.kill(hung, 'SIGCONT');
      }
      const done = await ended(home, id);
      const [canary, judgement] = done.phases;
      assert.deepEqual([canary?.name, judgement?.name], ['canary', 'judgement']);
      const steps = done.phases.filter(({ name }) => name !== 'judgement').flatMap((phase) => phase.steps);
      assert.deepEqual(
        steps.map(({ attempts }) => attempts),
        Array.from({ length: BROKERS }, () => 1),
        'each once',
      );
      const after = await brokerTasks(home);
      for (const [name, task] of after) assert.notEqual(task, before.get(name), `${name} restarted`);
    });

    await t.test('a canary that cannot start is rolled back by itself, and no other broker was touched', async () => {
      const before = await brokerTasks(home);
      const { id: last } = await run();
      // Too little room for its classes: the JVM ends while it starts.
      const flags = '-XX:TieredStopAtLevel=1 -XX:ActiveProcessorCount=1 -XX:MaxMetaspaceSize=6m';
      const canary = ['--canary', '--soak', '5', '--auto-rollback', '--no-wait'];
      await update('--set', `brokers.jvm_options=${flags}`, '--parallel', '3', ...canary);
      const back = await until(
        'it was rolled back',
        async () => {
          const seen = await run();
          return seen.id !== last && seen.cause.text.startsWith('rolls back') ? seen : undefined;
        },
        180_000,
      );
      assert.match(back.cause.text, /since broker-\d:\[server\]: it was started 3 times: .*FAILED/);
      await ended(home, back.id);
      const after = await brokerTasks(home);
      const touched = [...after].filter(([name, task]) => before.get(name) !== task).map(([name]) => name);
      assert.equal(touched.length, 1, touched.join());
      const options = await home.ok('kafka', 'config', 'target');
      assert.doesNotMatch(options, /MaxMetaspaceSize=6m/);
    });

    await t.test('through all of this nothing failed, nothing is lost, twice or out of order', async () => {
      const told = await producer.stop();
      assert.deepEqual(producer.failures, []);
      assert.equal(told.acked, told.sent);
      assert.deepEqual(await load.check(bootstrap, 'orders', PARTITIONS, told.sent), {
        read: told.sent,
        lost: 0,
        twice: 0,
        disorder: 0,
      });
      t.diagnostic(`${told.sent} messages, all acknowledged; longest ${told.maxMicros / 1000} ms`);
    });
  } finally {
    await home.end();
  }
  assert.deepEqual(leftOf(home.path), []);
});
