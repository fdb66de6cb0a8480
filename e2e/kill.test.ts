/**
 * The server is killed at every recorded point of a rebalance and of a decommission of a real Kafka under load: before and
 * right after each commit that changes them. Both must finish, leave nothing behind, and lose nothing.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { RunRecord, StepRecord } from '@warder/core';
import { openSqliteStore } from '@warder/store';
import { movesOf, type MoveTable } from '../services/kafka/src/move/table.ts';
import { createHome, until, type Home } from './home.ts';
import { beginMortal } from './mortal/server.ts';
import {
  demandNothingLeft,
  openMoving,
  partitionsOf,
  replicasOf,
  skip,
  startServer,
  topicsOf,
  version,
} from './moving.ts';
import { story } from './upgrading.ts';

const THROTTLE = '2M';
/** Test machines may be busy. */
const PATIENCE_MS = 480_000;

test(`kills at every recorded point, Kafka ${version}`, { skip, timeout: 1_200_000 }, async (t) => {
  const home = createHome('kill');
  const small = { brokers: { count: 3 }, partitions: 6, bulkReplicas: 2, rate: 100 };
  const { kafka, settleLedger } = await openMoving(t, home, small);
  const part = story(t);
  /** Of every partition of every topic. */
  const replicas = async (): Promise<ReadonlyMap<string, readonly number[]>> => {
    const partitions = await partitionsOf(kafka, await topicsOf(kafka));
    return new Map([...partitions].map(([name, each]) => [name, each.replicas]));
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
    await startServer(home);
    const expected = new Map([...before, ...wanted]);
    assert.deepEqual(await replicas(), expected);
    await demandNothingLeft(kafka);
    assert.doesNotMatch((await kafka.run('rebalance', '--dry-run')).stderr, /not in sync/);
    await demandWhole(expected);
    return steps;
  };

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
    assert.ok(!(await replicasOf(kafka, ...(await topicsOf(kafka)))).includes(1));
  });

  await part('nothing that was acknowledged is lost', () => settleLedger());
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
