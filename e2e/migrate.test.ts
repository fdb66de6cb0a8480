/**
 * Real Kafka, migrated from ZooKeeper to KRaft by its plan under load, and back, and again. At the end nothing may be
 * lost, twice or out of order, and everything that was set is as it was.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { withSession, type Session } from '../services/kafka/src/zookeeper/session.ts';
import { createHome, until } from './home.ts';
import { leftOf } from './jail.ts';
import { compileLoad, jarsOf, type Load, type Producer } from './load.ts';
import { serviceOf, type RunSeen } from './service.ts';
import { needs, onlyFull } from './skip.ts';

const PARTITIONS = 3;

/** The machine may be busy. */
const WAIT_MS = 300_000;

const ensemble = {
  servers: { count: 1, heap: 48, memory: 192, jvm_options: '-XX:TieredStopAtLevel=1' },
  zookeeper: { tick_time_ms: 500 },
};

const jvm_options = '-XX:TieredStopAtLevel=1';

const cluster = (connect: string) => ({
  service: { files_max: 4096 },
  brokers: { memory: 640, heap: 256, jvm_options },
  controllers: { memory: 384, heap: 128, jvm_options },
  zookeeper: { connect },
  kafka: {
    metadata: 'zookeeper',
    num_io_threads: 2,
    log_cleaner_dedupe_buffer_size: '2097152',
    offsets_topic_num_partitions: 1,
    transaction_state_log_num_partitions: 1,
    group_initial_rebalance_delay_ms: 0,
    broker_session_timeout_ms: 6000,
    broker_heartbeat_interval_ms: 1000,
    inter_broker_protocol_version: '3.9',
    extra: { 'zookeeper.session.timeout.ms': '6000' },
  },
});

/**
 * What happens when controllers write two changes of a partition at once: the version of its znode is lower than their
 * count of changes, here by all of them.
 */
const fallBehind = async (session: Session): Promise<void> => {
  for (let index = 0; index < PARTITIONS; index += 1) {
    const path = `/warder/kafka/brokers/topics/kept/partitions/${index}/state`;
    const state = await session.read(path);
    assert.ok(state !== undefined);
    await session.delete(path);
    await session.create(path, state);
  }
};

const skip = needs('root', 'runc', 'ip', 'javac', 'mvn') || onlyFull;

test(
  'ZooKeeper -> KRaft, back from the middle and the end of it, and again',
  { skip, timeout: 3_000_000 },
  async (t) => {
    const home = createHome('migrate');
    const [zookeeper, kafka] = [serviceOf(home, 'zookeeper'), serviceOf(home, 'kafka')];
    const signal = new AbortController().signal;
    let connect = '';
    let load: Load | undefined;
    let bootstrap = '';
    const producers: Record<string, Producer> = {};
    t.after(async () => {
      await Promise.all(Object.values(producers).map((each) => each.stop()));
      await home.end();
      load?.remove();
      assert.deepEqual(leftOf(home.path), []);
    });

    const inEnsemble = <T>(work: (session: Session) => Promise<T>): Promise<T> =>
      withSession(connect, signal, async (session) => {
        await session.sync('/');
        return work(session);
      });
    const install = async (name: string, options: object, ...more: readonly string[]): Promise<void> => {
      const file = join(home.path, 'options.json');
      writeFileSync(file, JSON.stringify(options));
      await home.ok('package', 'install', name, '--yes', '--options', file, ...more);
    };
    const names = async (): Promise<readonly string[]> =>
      (await kafka.tasks()).filter(({ state }) => state === 'RUNNING').map(({ name }) => name);
    const ids = async (pod: string): Promise<readonly string[]> =>
      (await kafka.tasks()).filter(({ name }) => name.startsWith(pod)).map(({ id }) => id);
    const brokers = ['broker-0-server', 'broker-1-server', 'broker-2-server'];
    const everyone = [...brokers, 'controller-0-server', 'controller-1-server', 'controller-2-server'];
    /** What each broker was started with. */
    const properties = (task: string): Promise<string> => kafka.ok('task', 'cat', task, 'server.properties');
    const status = (): Promise<readonly string[]> => names().then((all) => all.toSorted((a, b) => (a < b ? -1 : 1)));

    /** The states of all that a migration must leave as it is. */
    const kept = async (): Promise<unknown> => ({
      topics: await kafka.json('topic', 'list'),
      configs: await Promise.all(
        ['orders', 'ledger', 'kept'].map(async (topic) => {
          const { configs, partitions } = await kafka.json<{ configs: object; partitions: readonly object[] }>(
            'topic',
            'describe',
            topic,
          );
          return { topic, configs, partitions: partitions.length };
        }),
      ),
      offsets: await load?.committed(bootstrap, 'readers'),
    });
    const migrate = async (...more: readonly string[]): Promise<RunSeen> => {
      await home.ok('kafka', 'migrate', '--soak', '3', ...more);
      return kafka.plan('migrate');
    };
    const steps = async (plan: string) => (await kafka.plan(plan)).phases.flatMap(({ steps: own }) => own);
    const stage = (name: string): Promise<unknown> =>
      until(
        `the stage ${name} has begun`,
        async () =>
          (await steps('migrate')).find((step) => step.name === name && ['STARTED', 'COMPLETE'].includes(step.status)),
        WAIT_MS,
      );
    /** Waits until so many instances of the stage's own run are done, and not all. */
    const rolled = (done: number): Promise<RunSeen> =>
      until(
        `${done} instances are rolled`,
        async () => {
          const run = await kafka.plan('update');
          const launches = run.phases.filter(({ name }) => name === 'broker').flatMap(({ steps: own }) => own);
          return launches.filter((step) => step.status === 'COMPLETE').length >= done && run.status !== 'COMPLETE'
            ? run
            : undefined;
        },
        WAIT_MS,
      );
    const approval = (): Promise<string> =>
      until(
        'it waits for its approval',
        async () =>
          (await steps('migrate')).find(({ name, status: its }) => name === 'approve' && its === 'WAITING')?.message,
        2 * WAIT_MS,
      );
    const backOnZooKeeper = async (): Promise<void> => {
      await kafka.reaches('migrate-back', 'COMPLETE', 2 * WAIT_MS);
      assert.deepEqual(await status(), brokers);
      for (const broker of brokers) {
        const text = await properties(broker);
        assert.match(text, /^zookeeper\.connect=/m);
        assert.doesNotMatch(text, /quorum|migration|process\.roles/);
      }
      await inEnsemble(async (session) => {
        assert.equal(await session.read('/warder/kafka/migration'), undefined);
        const controller = JSON.parse((await session.read('/warder/kafka/controller')) ?? '{}') as { brokerid: number };
        assert.ok([0, 1, 2].includes(controller.brokerid));
      });
    };
    const timed = async (what: string, run: () => Promise<unknown>): Promise<void> => {
      const began = Date.now();
      await run();
      const longest = Object.entries(producers).map(
        ([topic, each]) => `${topic} ${each.progress().maxMicros / 1000} ms`,
      );
      t.diagnostic(`${what}: ${Math.round((Date.now() - began) / 1000)} s; longest send so far: ${longest.join(', ')}`);
    };

    let broken = false;
    const part = (name: string, run: () => Promise<void>): Promise<void> =>
      t.test(name, async (own) => {
        if (broken) return own.skip('a part before it failed');
        broken = true;
        try {
          await timed(name, run);
        } catch (error) {
          for (const plan of ['migrate', 'migrate-back', 'update'])
            t.diagnostic((await home.run('kafka', 'plan', 'show', plan)).stdout);
          throw error;
        }
        broken = false;
        return undefined;
      });

    let before: unknown;

    await part('a cluster on ZooKeeper, beside somebody else, under load', async () => {
      await home.ok('server', 'start', '--agents', '3');
      await install('zookeeper', ensemble);
      connect = (await zookeeper.ok('endpoints', 'connect')).trim();
      await inEnsemble(async (session) => {
        for (const path of ['/warder', '/warder/other', '/warder/other/data']) await session.create(path, 'theirs');
      });
      await install('kafka', cluster(connect), '--version', '3.9.2');
      for (const topic of ['orders', 'ledger', 'kept'])
        await kafka.ok('topic', 'create', topic, '--partitions', String(PARTITIONS), '--replication', '3');
      await kafka.ok('topic', 'config', 'kept', 'retention.ms=123456789');
      load = await compileLoad(jarsOf(home));
      bootstrap = (await kafka.ok('endpoints', 'bootstrap')).trim();
      producers['orders'] = load.start(bootstrap, 'orders', PARTITIONS, 100);
      producers['ledger'] = load.transact(bootstrap, 'ledger', PARTITIONS, 50);
      for (const each of Object.values(producers))
        await until('it produces', async () => (each.progress().acked > 100 ? true : undefined), WAIT_MS);
      await load.commit(bootstrap, 'readers', 'kept', PARTITIONS);
      before = await kept();
    });

    await part('a jump is refused, and the dry run shows the whole way', async () => {
      for (const setting of ['kafka.migration=brokers', 'kafka.migration=kraft']) {
        const jump = await home.run('package', 'update', 'kafka', '--set', setting);
        assert.match(jump.stderr, /warder kafka migrate.*\(config-refused\)/s);
      }
      const back = await home.run('kafka', 'migrate', '--back');
      assert.match(back.stdout + back.stderr, /no migration is under way/);
      const dry = await home.ok('kafka', 'migrate', '--soak', '3', '--dry-run');
      t.diagnostic(dry);
      for (const restarts of [
        /restarts broker-0, broker-1, broker-2/,
        /restarts controller-0, controller-1, controller-2/,
      ])
        assert.match(dry, restarts);
      assert.match(dry, /for good, there is no way back to ZooKeeper/);
      assert.deepEqual(await status(), brokers);
    });

    await part('to brokers without ZooKeeper, and back from there', async () => {
      const dry = await home.ok('kafka', 'migrate', '--soak', '3', '--dry-run');
      const hash = /--approve (\S+)/.exec(dry)?.[1] ?? '';
      const old = await ids('broker');
      await migrate('--approve', hash);
      await stage('brokers');
      assert.deepEqual((await ids('broker')).length, old.length);
      assert.match(await approval(), /for good, there is no way back to ZooKeeper/);
      assert.deepEqual(await status(), everyone);
      for (const broker of brokers) {
        const text = await properties(broker);
        assert.match(text, /^process\.roles=broker$/m);
        assert.doesNotMatch(text, /zookeeper|inter\.broker\.protocol/);
      }
      assert.deepEqual(await kept(), before);
      const other = await home.run('package', 'update', 'kafka', '--set', 'brokers.heap=300');
      assert.match(other.stderr, /\(run-active\)/);
      await kafka.ok('topic', 'create', 'born', '--partitions', '2', '--replication', '3');
      await kafka.ok('topic', 'config', 'born', 'retention.ms=987654321');
      assert.equal((await kafka.json<readonly unknown[]>('broker', 'list')).length, 3);
      await inEnsemble(fallBehind);
      await kafka.ok('plan', 'rollback', 'migrate');
      await backOnZooKeeper();
      assert.equal((await kafka.plan('migrate')).status, 'ROLLED_BACK');
      assert.match(await kafka.ok('topic', 'describe', 'born'), /retention\.ms=987654321/, 'ZooKeeper has it as well');
      await kafka.ok('topic', 'delete', 'born');
      assert.deepEqual(await kept(), before);
    });

    const halfway = async (): Promise<void> => {
      await migrate();
      await stage('brokers');
      await rolled(1);
      await kafka.ok('plan', 'rollback', 'migrate');
      await backOnZooKeeper();
      assert.deepEqual(await kept(), before);
    };
    await part('again, and back from the middle of the first roll', halfway);

    await part(
      'and again, with the server killed in the middle of the second roll (strimzi#11262, #13057)',
      async () => {
        const run = await migrate();
        await stage('kraft');
        const own = await rolled(1);
        process.kill(home.serverPid(), 'SIGKILL');
        await home.ok('server', 'start', '--agents', '3');
        assert.equal((await kafka.plan('migrate')).id, run.id);
        assert.equal((await kafka.plan('update')).id, own.id, 'the same stage');
        await approval();
        assert.deepEqual(await kept(), before);
      },
    );

    await part('approved: the controllers leave ZooKeeper, no broker restarts, and the chroot goes alone', async () => {
      const [old, voters] = [await ids('broker'), await ids('controller')];
      await kafka.ok('plan', 'approve', 'migrate');
      await kafka.reaches('migrate', 'COMPLETE', 2 * WAIT_MS);
      assert.deepEqual(await ids('broker'), old);
      assert.ok((await ids('controller')).every((id) => !voters.includes(id)));
      for (const task of everyone) assert.doesNotMatch(await properties(task), /zookeeper/);
      await inEnsemble(async (session) => {
        assert.deepEqual(await session.children('/warder'), ['other']);
        assert.equal(await session.read('/warder/other/data'), 'theirs');
      });
      assert.deepEqual(await kept(), before);
    });

    await part('from here there is no way back, and every way there is refused', async () => {
      const refused = async (why: RegExp, ...args: readonly string[]): Promise<void> => {
        const ran = await home.run(...args);
        assert.match(ran.stdout + ran.stderr, why);
      };
      await refused(/left ZooKeeper.*\(no-way-back\)/s, 'kafka', 'plan', 'rollback', 'migrate');
      await refused(/for good.*\(no-way-back\)/s, 'kafka', 'migrate', '--back');
      await refused(/has controllers of its own, and nothing in ZooKeeper/, 'kafka', 'migrate');
      await refused(/for good.*\(config-refused\)/s, 'package', 'update', 'kafka', '--set', 'kafka.metadata=zookeeper');
      const [first = ''] = await kafka.json<readonly string[]>('config', 'list');
      await refused(/for good.*\(config-refused\)/s, 'kafka', 'config', 'rollback', first);
    });

    await part('what has left ZooKeeper can go to a version without it', async () => {
      const dry = await home.ok('kafka', 'upgrade', '--to', '4.4.0', '--soak', '3', '--dry-run');
      assert.match(dry, /version: 3\.9\.2 -> 4\.4\.0/);
      await home.ok('kafka', 'upgrade', '--to', '4.4.0', '--soak', '3');
      await until(
        'it waits for its approval',
        async () => (await steps('upgrade')).find(({ name, status: its }) => name === 'approve' && its === 'WAITING'),
        3 * WAIT_MS,
      );
      await kafka.ok('plan', 'approve', 'upgrade');
      await kafka.reaches('upgrade', 'COMPLETE', WAIT_MS);
      assert.deepEqual(await kept(), before);
    });

    await part('through all of this nothing failed, nothing is lost, twice or out of order', async () => {
      for (const [topic, producer] of Object.entries(producers)) {
        const told = await producer.stop();
        assert.deepEqual(producer.failures, []);
        assert.equal(told.acked, told.sent);
        const read = await load?.check(bootstrap, topic, PARTITIONS, told.sent);
        assert.deepEqual(read, { read: told.sent, lost: 0, twice: 0, disorder: 0 });
        t.diagnostic(`${topic}: ${told.sent} records, longest ${told.maxMicros / 1000} ms`);
      }
    });
  },
);
