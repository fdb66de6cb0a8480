/**
 * Brokers leave a real Kafka under load: one in the middle, emptied under a throttle, cancelled, with the server killed
 * halfway and a topic made meanwhile. Nothing may be destroyed that is needed, and nothing that was acknowledged may be lost.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHome, until } from './home.ts';
import type { Ran } from './home.ts';
import { copying, demandNothingLeft, killServer, openMoving, replicasOf, serversOf, skip, version } from './moving.ts';
import { story } from './upgrading.ts';

const PATIENCE_MS = 240_000;

test(`decommission of a broker of Kafka ${version}`, { skip, timeout: 900_000 }, async (t) => {
  const home = createHome('decommission');
  const small = { brokers: { count: 4 }, partitions: 9, bulkReplicas: 2, rate: 200 };
  const { kafka, settleLedger } = await openMoving(t, home, small);
  const part = story(t);
  const plan = 'decommission-broker';
  const topics = ['orders', 'bulk', 'meanwhile'];
  const decommission = (...args: readonly string[]): Promise<Ran> => kafka.run('broker', 'decommission', ...args);
  const begin = async (...args: readonly string[]): Promise<void> => {
    const ran = await decommission(...args);
    assert.equal(ran.code, 0, ran.stderr);
  };

  for (let written = 0; written < 40_000; written += 20_000) await kafka.ok('topic', 'producer-test', 'bulk', '20000');

  await part('what cannot work is refused, with all reasons at once', async () => {
    const unknown = await decommission('7', '--dry-run');
    assert.match(unknown.stderr, /there is no broker 7: there are 0, 1, 2, 3/);
    await kafka.ok('topic', 'create', 'wide', '--partitions', '1', '--replication', '4');
    const wide = await decommission('1', '--dry-run');
    assert.notEqual(wide.code, 0);
    assert.match(wide.stderr, /3 brokers would be left, too few for 1 topic \(wide\) with 4 replicas/);
    await kafka.ok('topic', 'delete', 'wide');
  });

  await part('a lower count alone destroys nothing: the gate says what to do instead (koperator#272)', async () => {
    const before = await serversOf(kafka);
    await kafka.update('brokers.count=3');
    const reason = await until('it waits at the gate', async () => {
      const steps = (await kafka.plan('update')).phases.flatMap((each) => each.steps);
      return steps.find(({ message }) => message.includes('broker decommission 3'))?.message;
    });
    t.diagnostic(reason);
    const looked = await kafka.run('rebalance', '--dry-run');
    assert.match(looked.stderr + looked.stdout, /broker-3 is to go and is still there/);
    await kafka.ok('plan', 'rollback', 'update');
    await kafka.reaches('update', 'COMPLETE', PATIENCE_MS);
    assert.deepEqual(await serversOf(kafka), before);
  });

  await part('it is cancelled in the middle: no move, no throttle and no cordon is left', async () => {
    const shown = await decommission('1', '--throttle', '500k', '--dry-run');
    t.diagnostic(shown.stdout);
    await begin('1', '--throttle', '500k');
    t.diagnostic(await copying(kafka, plan));
    await kafka.ok('plan', 'cancel', plan);
    await kafka.reaches(plan, 'CANCELLED', PATIENCE_MS);
    await demandNothingLeft(kafka);
  });

  await part('broker 1 goes, although the server is killed, and all others run on (koperator#829)', async () => {
    const before = await serversOf(kafka);
    await begin('1', '--throttle', '1M');
    t.diagnostic(await copying(kafka, plan));
    await killServer(home);
    await kafka.ok('topic', 'create', 'meanwhile', '--partitions', '4', '--replication', '2');
    await kafka.run('rebalance', 'throttle', '80M');
    await until(
      'it leaves',
      async () => {
        const run = await kafka.plan(plan);
        return run.phases.find(({ name, status }) => name === 'leave' && status !== 'PENDING');
      },
      PATIENCE_MS,
    );
    await killServer(home);
    await kafka.reaches(plan, 'COMPLETE', PATIENCE_MS);
    assert.deepEqual(
      await serversOf(kafka),
      before.filter((id) => !id.includes('broker-1-')),
    );
    assert.deepEqual(
      await kafka
        .json<readonly string[]>('broker', 'list')
        .then((list) => list.map((each) => String(typeof each === 'string' ? each : (each as { id: number }).id))),
      ['0', '2', '3'],
    );
    assert.ok(!(await replicasOf(kafka, ...topics)).includes(1));
    await demandNothingLeft(kafka);
  });

  await part('one more takes a new number and its share, and goes again', async () => {
    const grown = await kafka.run('scale', '--brokers', '4', '--rebalance', '--wait');
    assert.equal(grown.code, 0, grown.stderr);
    assert.ok((await replicasOf(kafka, 'orders', 'bulk')).includes(4));
    const shrunk = await kafka.run('scale', '--brokers', '3', '--wait');
    assert.equal(shrunk.code, 0, shrunk.stderr);
    assert.ok(!(await replicasOf(kafka, ...topics)).includes(4));
    await demandNothingLeft(kafka);
  });

  await part('nothing that was acknowledged is lost', () => settleLedger());
});
