/**
 * The server is killed at every recorded point of a rebalance and of a decommission of a real Kafka under load: before and
 * right after each commit that changes them. Both must finish, leave nothing behind, and lose nothing.
 */
import assert from 'node:assert/strict';
import { globSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { RunRecord, StepRecord } from '@warder/core';
import { openSqliteStore } from '@warder/store';
import { movesOf, type MoveTable } from '../services/kafka/src/move/table.ts';
import { createHome, until, type Home } from './home.ts';
import { leftOf } from './jail.ts';
import { compileLoad } from './load.ts';
import { beginMortal } from './mortal/server.ts';
import { serviceOf } from './service.ts';
import { needs, onlyFull } from './skip.ts';
import { story } from './upgrading.ts';

const PARTITIONS = 6;
const RATE = 100;
const THROTTLE = '2M';
/** Test machines may be busy. */
const PATIENCE_MS = 480_000;

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

type Topic = {
  readonly partitions: readonly Readonly<Record<string, { readonly replicas: readonly number[] }>>[];
  readonly configs: Readonly<Record<string, string>>;
};
type Settings = { readonly settings: readonly { readonly key: string; readonly brokers: readonly number[] }[] };

const version = process.env['WARDER_TEST_KAFKA'] ?? '4.4.0';
const skip = needs('root', 'runc', 'ip', 'javac', 'mvn') || onlyFull;

test(`kills at every recorded point, Kafka ${version}`, { skip, timeout: 1_200_000 }, async (t) => {
  const home = createHome('kill');
  const kafka = serviceOf(home, 'kafka');
  const part = story(t);
  const start = (): Promise<string> => home.ok('server', 'start', '--agents', '3');
  /** Of every partition of every topic, in order. */
  const replicas = async (): Promise<ReadonlyMap<string, readonly number[]>> => {
    const topics = await kafka.json<readonly string[]>('topic', 'list');
    const all = new Map<string, readonly number[]>();
    for (const topic of topics) {
      const { partitions } = await kafka.json<Topic>('topic', 'describe', topic);
      for (const one of partitions)
        for (const [index, each] of Object.entries(one)) all.set(`${topic}-${index}`, each.replicas);
    }
    return all;
  };
  const demandNothingLeft = async (): Promise<void> => {
    const looked = await kafka.run('rebalance', '--dry-run');
    assert.doesNotMatch(looked.stderr, /somebody else|not in sync/);
    const { settings } = await kafka.json<Settings>('broker', 'config', 'list');
    assert.deepEqual(
      settings.filter(({ key }) => key.includes('throttled') || key.startsWith('cordoned')),
      [],
    );
    for (const topic of await kafka.json<readonly string[]>('topic', 'list')) {
      const { configs } = await kafka.json<Topic>('topic', 'describe', topic);
      assert.deepEqual(
        Object.keys(configs).filter((key) => key.includes('throttled')),
        [],
      );
    }
  };
  /** A broker has on its disk what the metadata say, whole: what is to be deleted has another name. */
  const demandWhole = async (expected: ReadonlyMap<string, readonly number[]>): Promise<void> => {
    for (const { name } of await kafka.tasks()) {
      const id = /^broker-(\d+)-/.exec(name)?.[1];
      if (id === undefined) continue;
      const listed = await kafka.ok('task', 'exec', name, '--', 'ls', 'kafka-data/storage');
      const own = listed
        .split(/\s+/)
        .filter((each) => /-\d+$|-future$|-stray$/.test(each) && !each.startsWith('__cluster'));
      const wanted = [...expected].flatMap(([partition, ids]) => (ids.includes(Number(id)) ? [partition] : []));
      assert.deepEqual(own.toSorted(), wanted.toSorted(), name);
    }
  };
  /** Begins it in a server that dies at each point, and waits until it has ended, and that server too. */
  const killedAtEach = async (plan: string, begin: () => Promise<unknown>): Promise<readonly StepRecord[]> => {
    const before = await replicas();
    await home.ok('server', 'stop');
    const mortal = beginMortal(home, 3);
    const began = Date.now();
    try {
      await until('the mortal server answers', () => kafka.plan('deploy'));
      await begin();
      const end = new RegExp(`^after run/run-\\d+ ${plan} of \\d+ COMPLETE$`);
      await until(
        `${plan} has ended`,
        async () => {
          if (mortal.failures.length > 0 || mortal.points().some((point) => end.test(point))) return true;
          throw new Error(mortal.points().slice(-5).join('\n'));
        },
        PATIENCE_MS,
      );
      await until('it answers', () => kafka.plan(plan));
    } finally {
      await mortal.stop();
    }
    assert.deepEqual(mortal.failures, []);
    const seen = mortal.points();
    t.diagnostic(`${plan}: killed ${mortal.kills()} times within ${Math.round((Date.now() - began) / 1_000)} s`);
    const { steps, wanted } = await recorded(home, plan);
    assert.ok(mortal.kills() >= steps.length);
    const atEnds = steps.flatMap(({ id, name }) => [
      `before step/${id} ${name} COMPLETE`,
      `after step/${id} ${name} COMPLETE`,
    ]);
    assert.deepEqual(
      atEnds.filter((point) => !seen.includes(point)),
      [],
    );
    await start();
    const expected = new Map([...before, ...wanted]);
    assert.deepEqual(await replicas(), expected);
    await demandNothingLeft();
    await demandWhole(expected);
    return steps;
  };

  let ends = (): Promise<unknown> => Promise.resolve();
  try {
    await start();
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
    await kafka.ok('topic', 'producer-test', 'bulk', '20000');
    await home.ok('package', 'update', 'kafka', '--set', 'brokers.count=4');

    await part('a rebalance onto a new broker', async () => {
      await killedAtEach('rebalance', async () => {
        const asked = ['rebalance', '--throttle', THROTTLE];
        const { hash } = await kafka.json<{ readonly hash: string }>(...asked, '--dry-run');
        await kafka.run(...asked, '--approve', hash);
      });
    });

    await part('a decommission of one in the middle', async () => {
      const before = await kafka.tasks();
      const steps = await killedAtEach('decommission-broker', () =>
        kafka.run('broker', 'decommission', '1', '--throttle', THROTTLE),
      );
      assert.ok(steps.some(({ work }) => work.kind === 'release'));
      const ids = (await kafka.tasks()).map(({ id }) => id);
      const stayed = before.filter(({ name }) => name !== 'broker-1-server').map(({ id }) => id);
      assert.deepEqual(ids.toSorted(), stayed.toSorted(), 'all others have run on');
      assert.ok([...(await replicas()).values()].every((each) => !each.includes(1)));
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
    // Only a server takes away what it began.
    await home.run('server', 'start', '--agents', '3');
    await home.end();
  }
  assert.deepEqual(leftOf(home.path), []);
});

/** The steps of the newest run of a plan, those of the runs that it began too, and the replicas that it was to bring about. */
async function recorded(
  home: Home,
  plan: string,
): Promise<{ readonly steps: readonly StepRecord[]; readonly wanted: ReadonlyMap<string, readonly number[]> }> {
  const store = await openSqliteStore({ file: join(home.path, 'warder.db') });
  try {
    const load = async <T>(kind: string): Promise<readonly T[]> =>
      (await store.load(`service/kafka/${kind}/`)).map(({ value }) => value as T);
    const steps = new Map((await load<StepRecord>('step')).map((step) => [step.id, step]));
    const runs = await load<RunRecord>('run');
    const run = runs.filter((each) => each.plan === plan).toSorted((a, b) => b.createdMs - a.createdMs)[0];
    assert.ok(run);
    const stepsOf = ({ phases }: RunRecord): readonly StepRecord[] =>
      phases.flatMap(({ stepIds }) => stepIds.flatMap((id) => steps.get(id) ?? []));
    const own = stepsOf(run);
    const brought = runs.filter(({ parentId }) => own.some(({ id }) => id === parentId)).flatMap(stepsOf);
    const moves = own.flatMap(({ work }) =>
      work.kind === 'call' && work.procedure === 'begin-moves'
        ? movesOf((work.args as { readonly moves: MoveTable }).moves)
        : [],
    );
    return {
      steps: [...own, ...brought],
      wanted: new Map(moves.map(({ topic, index, to }) => [`${topic}-${index}`, to])),
    };
  } finally {
    await store.close();
  }
}
