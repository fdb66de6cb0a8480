/**
 * A real Kafka on three agents, through everything that the README promises: one cluster, under load from the reference
 * client all the time. At the end nothing may be lost, twice or out of order, and nothing may be left behind.
 */
import assert from 'node:assert/strict';
import { globSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { createHome, until } from './home.ts';
import type { Home } from './home.ts';
import { initOf, javaOf, leftOf, memoryLimitOf } from './jail.ts';
import type { TaskSeen } from './jail.ts';
import { bootstrapOf, compileLoad, jarsOf } from './load.ts';
import { needs } from './skip.ts';

const PARTITIONS = 6;
const RATE = 300;

const options = {
  service: { files_max: 4096 },
  brokers: { memory: 640, heap: 256, placement: '[["hostname", "UNIQUE"]]' },
  controllers: { memory: 384, heap: 128, placement: '[["hostname", "UNIQUE"]]' },
  kafka: {
    offsets_topic_num_partitions: 3,
    transaction_state_log_num_partitions: 3,
    group_initial_rebalance_delay_ms: 0,
    broker_session_timeout_ms: 6_000,
    broker_heartbeat_interval_ms: 1_000,
  },
};

type Step = { readonly name: string; readonly status: string; readonly message: string; readonly attempts: number };
type Run = {
  readonly id: string;
  readonly status: string;
  readonly phases: readonly { readonly steps: readonly Step[] }[];
};
/** Each partition is a map of one key, its number. */
type Topic = {
  readonly partitions: readonly Readonly<
    Record<string, { readonly isr: readonly number[]; readonly replicas: readonly number[] }>
  >[];
};

const partitionsOf = (
  topic: Topic,
): readonly { readonly isr: readonly number[]; readonly replicas: readonly number[] }[] =>
  topic.partitions.flatMap((one) => Object.values(one));

const stepsOf = (run: Run): readonly Step[] => run.phases.flatMap(({ steps }) => steps);

test('Kafka', { skip: needs('root', 'runc', 'ip', 'javac', 'mvn'), timeout: 900_000 }, async (t) => {
  const home = createHome('kafka');
  const { path } = home;
  const tasks = (): Promise<readonly TaskSeen[]> => home.json<readonly TaskSeen[]>('kafka', 'task', 'list');
  const brokers = async (): Promise<ReadonlyMap<string, string>> =>
    new Map((await tasks()).filter(({ name }) => name.startsWith('broker')).map(({ name, id }) => [name, id]));
  const run = (plan: string): Promise<Run> => home.json<Run>('kafka', 'plan', 'show', plan);
  const idOf = async (name: string): Promise<string> => (await brokers()).get(`${name}-server`) ?? '';
  const settled = (plan: string, id: string): Promise<Run> =>
    until(
      `${plan} ends`,
      async () => {
        const seen = await run(plan);
        return seen.id === id && seen.status === 'COMPLETE' ? seen : undefined;
      },
      240_000,
    );

  try {
    await t.test('installs with one command, and says so the second time', async () => {
      const file = join(path, 'options.json');
      writeFileSync(file, JSON.stringify(options));
      await home.ok('server', 'start', '--agents', '3');
      await home.ok('package', 'install', 'kafka', '--yes', '--options', file);
      const seen = await tasks();
      assert.equal(seen.length, 6);
      assert.deepEqual(
        seen.filter(({ state, ready }) => state !== 'RUNNING' || !ready),
        [],
      );
      const again = await home.run('package', 'install', 'kafka', '--yes');
      assert.equal(again.code, 0);
      assert.match(again.stdout + again.stderr, /installed/);
    });

    await t.test('each broker is in a jail of its own', async () => {
      const ids = await brokers();
      for (const id of ids.values()) assert.equal(memoryLimitOf(path, id), 640 * 1024 * 1024);
      const inside = await home.ok(
        'kafka',
        'task',
        'exec',
        'broker-0-server',
        '--',
        'sh',
        '-c',
        'cat /proc/[0-9]*/cmdline | tr "\\0" " "',
      );
      assert.equal(inside.split('kafka.Kafka').length - 1, 1, 'it sees one JVM: its own');
      const outside = await home.run('kafka', 'task', 'exec', 'broker-0-server', '--', 'ls', path);
      assert.notEqual(outside.code, 0, 'it does not see the home of Warder');
      const user = await home.ok('kafka', 'task', 'exec', 'broker-0-server', '--', 'id', '-u');
      assert.notEqual(user.trim(), '0');
    });

    await t.test('the rack of a broker is the zone of its agent', async () => {
      const known = await home.json<readonly { readonly rack: string | null }[]>('kafka', 'broker', 'list');
      assert.deepEqual(known.map(({ rack }) => rack ?? 'none').toSorted(), ['zone-0', 'zone-1', 'zone-2']);
    });

    await home.ok('kafka', 'topic', 'create', 'orders', '--partitions', String(PARTITIONS), '--replication', '3');
    const bootstrap = await bootstrapOf(home);
    const load = await compileLoad(jarsOf(home));
    t.after(() => load.remove());
    const producer = load.start(bootstrap, 'orders', PARTITIONS, RATE);
    await until('the producer produces', async () => (producer.progress().acked > RATE ? true : undefined));
    const allInSync = (): Promise<true> =>
      until('every replica is in sync', async () => {
        const topic = await home.json<Topic>('kafka', 'topic', 'describe', 'orders');
        return partitionsOf(topic).every(({ isr }) => isr.length === 3) ? true : undefined;
      });

    await t.test(
      'clients work with the printed properties, and bootstrap by the VIP while any one broker is away',
      async () => {
        await home.ok('kafka', 'topic', 'create', 'clients', '--partitions', '1', '--replication', '3');
        const file = join(path, 'client.properties');
        writeFileSync(file, await home.ok('kafka', 'endpoints', 'kafka', '--properties'));
        assert.match(await load.client(file, 'clients'), /^0 of 3 brokers$/);
        const { vip = '' } = await home.json<{ readonly vip?: string }>('kafka', 'endpoints', 'broker');
        assert.match(vip, /:9092$/);
        const one = join(path, 'vip.properties');
        writeFileSync(one, `bootstrap.servers=${vip}\nsecurity.protocol=PLAINTEXT\n`);
        for (const broker of ['broker-0', 'broker-1', 'broker-2']) {
          await home.ok('kafka', 'pod', 'pause', broker, '--wait');
          assert.match(await load.client(one, 'clients'), /^\d+ of 2 brokers$/);
          if (broker === 'broker-0') assert.match(await load.client(file, 'clients'), /^\d+ of 2 brokers$/);
          await home.ok('kafka', 'pod', 'resume', broker, '--wait');
          await allInSync();
        }
        await home.ok('kafka', 'topic', 'delete', 'clients');
      },
    );

    await t.test('topics are what a file declares: looked at first, applied, pruned with a word for it', async () => {
      const file = join(path, 'topics.yml');
      const apply = (...more: readonly string[]): Promise<string> =>
        home.ok('kafka', 'topic', 'apply', '-f', file, ...more);
      writeFileSync(file, 'topics:\n  bills: {partition: 2}\n');
      const wrong = await home.run('kafka', 'topic', 'apply', '-f', file);
      assert.notEqual(wrong.code, 0);
      assert.match(wrong.stderr, /topics\.yml:2:11: .*\n.*did you mean `partitions`/);
      writeFileSync(file, 'topics:\n  bills: {partitions: 2, replication: 3}\n  taxes: {partitions: 1}\n');
      const before = await brokers();
      const dry = await apply('--dry-run');
      assert.match(dry, /create bills: 2 partitions, replication 3/);
      assert.doesNotMatch(await home.ok('kafka', 'topic', 'list'), /bills/);
      const hash = /--approve (\S+)/.exec(dry)?.[1] ?? '';
      await apply('--approve', hash, '--wait');
      assert.match(await home.ok('kafka', 'topic', 'list'), /^bills$/m);
      assert.match(await home.ok('kafka', 'describe'), /"bills"/, 'it is recorded');
      writeFileSync(file, 'topics:\n  bills: {partitions: 3}\n');
      assert.match(await apply('--dry-run'), /taxes was declared before and is not any more: it stays/);
      await apply('--prune');
      await until('it asks before it deletes', async () =>
        /deletes for good: taxes/.test(await home.ok('kafka', 'plan', 'show', 'topics')) ? true : undefined,
      );
      assert.match(await home.ok('kafka', 'topic', 'list'), /^taxes$/m);
      await home.ok('kafka', 'plan', 'approve', 'topics');
      await settled('topics', (await run('topics')).id);
      assert.doesNotMatch(await home.ok('kafka', 'topic', 'list'), /^taxes$/m);
      assert.match(await home.ok('kafka', 'topic', 'describe', 'bills'), /\n {8}2 /);
      assert.deepEqual(await brokers(), before, 'no broker was restarted');
      assert.equal(
        (await home.run('kafka', 'topic', 'apply', '-f', file)).code,
        0,
        'a second time there is nothing to do',
      );
    });

    await t.test('a broker that is killed is started again in place, with its id and its data', async () => {
      const before = await idOf('broker-1');
      process.kill(javaOf(path, before), 'SIGKILL');
      await until('broker-1 is back', async () => {
        const seen = (await tasks()).find(({ name }) => name === 'broker-1-server');
        return seen !== undefined && seen.id !== before && seen.ready ? true : undefined;
      });
      await allInSync();
      const recovery = await run('recovery');
      await settled('recovery', recovery.id);
      assert.match(await home.ok('kafka', 'broker', 'list'), /1/);
    });

    await t.test('what Kafka can change live is changed live', async () => {
      const before = await brokers();
      const dry = await home.ok('package', 'update', 'kafka', '--set', 'kafka.log_retention_ms=7200000', '--dry-run');
      assert.match(dry, /log\.retention\.ms/);
      await home.ok('package', 'update', 'kafka', '--set', 'kafka.log_retention_ms=7200000');
      assert.deepEqual(await brokers(), before, 'no broker restarted');
    });

    await t.test('what it cannot rolls one broker at a time, and waits while that would not be safe', async () => {
      await allInSync();
      const before = await brokers();
      // A JVM that hangs: it is there, but does and answers nothing.
      const hung = javaOf(path, before.get('broker-2-server') ?? '');
      process.kill(hung, 'SIGSTOP');
      try {
        await until('broker-2 has fallen behind', async () => {
          const list = await home.json<{ readonly partitions: readonly unknown[] } | readonly unknown[]>(
            'kafka',
            'topic',
            'under-replicated',
          );
          return JSON.stringify(list).includes('orders') ? true : undefined;
        });
        await home.ok('package', 'update', 'kafka', '--set', 'kafka.queued_max_requests=600', '--no-wait');
        const held = await until('the roll waits', async () =>
          stepsOf(await run('update')).find(
            ({ status, message }) => status === 'WAITING' && /broker.2|orders/.test(message),
          ),
        );
        assert.equal(held.name.startsWith('broker-'), true);
        await new Promise((done) => setTimeout(done, 3_000));
        assert.deepEqual(await brokers(), before, 'nothing was stopped');
        assert.match(await home.ok('kafka', 'debug', 'why'), /broker/);
      } finally {
        process.kill(hung, 'SIGCONT');
      }
      const { id } = await run('update');
      const done = await settled('update', id);
      const after = await brokers();
      for (const [name, task] of after) assert.notEqual(task, before.get(name), `${name} restarted`);
      assert.deepEqual(
        stepsOf(done).map(({ attempts }) => attempts),
        [1, 1, 1],
        'each once',
      );
    });

    await t.test('the server killed in the middle of a roll: no task is touched, and the run goes on', async () => {
      await allInSync();
      const before = await brokers();
      await home.ok('package', 'update', 'kafka', '--set', 'kafka.queued_max_requests=700', '--no-wait');
      const { id } = await until(
        'the second broker is at it',
        async () => {
          const seen = await run('update');
          const [first, second] = stepsOf(seen);
          return first?.status === 'COMPLETE' && second !== undefined && second.status === 'STARTED' ? seen : undefined;
        },
        120_000,
      );
      const running = await brokers();
      const pids = [...running.values()].map((task) => initOf(path, task));
      process.kill(home.serverPid(), 'SIGKILL');
      await new Promise((done) => setTimeout(done, 2_000));
      assert.deepEqual(
        [...running.values()].map((task) => initOf(path, task)),
        pids,
        'no task was touched',
      );
      await home.ok('server', 'start', '--agents', '3');
      const done = await settled('update', id);
      assert.deepEqual(
        stepsOf(done).map(({ attempts }) => attempts),
        [1, 1, 1],
        'no broker restarted twice',
      );
      const after = await brokers();
      for (const [name, task] of after) assert.notEqual(task, before.get(name));
      assert.equal(after.get('broker-1-server'), running.get('broker-1-server'), 'what had been launched was taken up');
    });

    await t.test('a replaced broker starts empty with the same id and catches up', async () => {
      await allInSync();
      const volumes = (): readonly string[] => globSync(join(path, 'engine', 'volumes', '*broker-1*'));
      const before = volumes();
      await home.ok('kafka', 'pod', 'replace', 'broker-1', '--wait');
      assert.notDeepEqual(volumes(), before, 'a new volume');
      assert.equal(volumes().length, 1, 'and the old one is gone');
      await allInSync();
    });

    await t.test('a replace that would lose data is refused with the partitions, unless forced', async () => {
      await home.ok('kafka', 'topic', 'create', 'alone', '--partitions', '3', '--replication', '1');
      const topic = await home.json<Topic>('kafka', 'topic', 'describe', 'alone');
      const on = partitionsOf(topic).flatMap(({ replicas }) => replicas)[0] ?? 0;
      const task = await idOf(`broker-${on}`);
      const refused = await home.run('kafka', 'pod', 'replace', `broker-${on}`);
      assert.equal(refused.code, 4);
      assert.match(refused.stderr, /alone-\d/);
      assert.equal(await idOf(`broker-${on}`), task, 'nothing was done');
      await home.ok('kafka', 'pod', 'replace', `broker-${on}`, '--force');
      // Nobody has the data of the forced partition any more; without it the broker can be complete again.
      await home.ok('kafka', 'topic', 'delete', 'alone');
      const { id } = await run('replace');
      await settled('replace', id);
      await allInSync();
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
      t.diagnostic(
        `${told.sent} messages, all acknowledged; p99 ${told.p99Micros / 1000} ms, longest ${told.maxMicros / 1000} ms`,
      );
    });

    await t.test('an uninstall that is killed in the middle resumes, and leaves nothing behind', async () => {
      await home.ok('package', 'uninstall', 'kafka', '--yes', '--no-wait');
      process.kill(home.serverPid(), 'SIGKILL');
      await home.ok('server', 'start', '--agents', '3');
      await until(
        'kafka is gone',
        async () => ((await home.json<readonly unknown[]>('service', 'list')).length === 0 ? true : undefined),
        120_000,
      );
      assert.deepEqual(leftOf(path), []);
      await home.ok('server', 'stop');
      const store = new DatabaseSync(join(path, 'warder.db'), { readOnly: true });
      const [count] = store.prepare("select count(*) as records from record where path like 'service/%'").all();
      store.close();
      assert.equal(count?.['records'], 0, 'no record is left');
    });
  } finally {
    await end(home);
  }
});

async function end(home: Home): Promise<void> {
  await home.end();
  assert.deepEqual(leftOf(home.path), []);
}
