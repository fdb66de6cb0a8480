/**
 * Partitions moved in a real Kafka under load: brokers are added empty, given their share under a throttle, by a run that is
 * cancelled, and by one whose server is killed. Nothing may be lost, twice or out of order, and nothing may be left behind.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHome } from './home.ts';
import type { Ran } from './home.ts';
import {
  copying,
  demandNothingLeft,
  killServer,
  openMoving,
  partitionsOf,
  replicasOf,
  skip,
  version,
} from './moving.ts';
import type { RunSeen } from './service.ts';
import { story } from './upgrading.ts';

const PATIENCE_MS = 240_000;

type DryRun = { readonly hash: string; readonly warnings: readonly string[]; readonly run: Pick<RunSeen, 'phases'> };

test(`rebalance of Kafka ${version}`, { skip, timeout: 900_000 }, async (t) => {
  const home = createHome('rebalance');
  const small = { brokers: { count: 3 }, partitions: 12, bulkReplicas: 2, rate: 200 };
  const { kafka, settleLedger } = await openMoving(t, home, small);
  const part = story(t);
  const rebalance = (...args: readonly string[]): Promise<Ran> => home.run('kafka', 'rebalance', ...args);
  const dry = (...args: readonly string[]): Promise<DryRun> =>
    home.json<DryRun>('kafka', 'rebalance', ...args, '--dry-run');
  const shareOf = async (id: number): Promise<number> =>
    (await replicasOf(kafka, 'orders', 'bulk')).filter((each) => each === id).length;

  for (let written = 0; written < 50_000;) {
    const ran = await kafka.json<{ readonly records: number }>('topic', 'producer-test', 'bulk', '50000');
    written += ran.records;
  }

  await part('new brokers are given nothing by themselves, and their share by a proposal (strimzi#12719)', async () => {
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
  });

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
    const before = await partitionsOf(kafka, ['bulk']);
    const message = await copying(kafka, 'rebalance');
    t.diagnostic(message);
    assert.match(message, /throttled to/);
    await kafka.ok('plan', 'cancel', 'rebalance');
    await kafka.reaches('rebalance', 'CANCELLED', PATIENCE_MS);
    await demandNothingLeft(kafka);
    const after = await partitionsOf(kafka, ['bulk']);
    const kept = [...before].filter(([name, { replicas }]) =>
      replicas.every((id) => after.get(name)?.replicas.includes(id)),
    );
    assert.ok(kept.length > 0, 'what was under way is as it was');
  });

  await part('the server is killed in the middle, and the run goes on by itself (koperator#685)', async () => {
    // Slow enough that it cannot be done before it is hurried.
    const shown = await dry('--throttle', '300k');
    const begun = await rebalance('--throttle', '300k', '--approve', shown.hash);
    assert.equal(begun.code, 0, begun.stderr);
    t.diagnostic(await copying(kafka, 'rebalance'));
    await killServer(home);
    t.diagnostic(await copying(kafka, 'rebalance'));
    t.diagnostic(await kafka.ok('rebalance', 'throttle', '80M'));
    const run = await kafka.reaches('rebalance', 'COMPLETE', PATIENCE_MS);
    const steps = run.phases.flatMap((each) => each.steps);
    assert.ok(steps.every(({ status }) => status === 'COMPLETE'));
    await demandNothingLeft(kafka);
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
    await settleLedger();
  });
});
