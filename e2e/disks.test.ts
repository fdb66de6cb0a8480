/**
 * A broker with two disks in a real Kafka: what is on them, a replica moved, all of it evened by a run whose server is
 * killed and by one that is cancelled. Nothing restarts, and nothing is left behind.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createHome, until } from './home.ts';
import type { Ran } from './home.ts';
import { leftOf } from './jail.ts';
import { serviceOf } from './service.ts';
import { needs } from './skip.ts';
import { story } from './upgrading.ts';

const topics = ['alpha', 'beta', 'gamma', 'delta'];

const options = {
  service: { files_max: 4096 },
  brokers: { count: 1, disks: 2, cpus: 0.3, memory: 512, heap: 192, disk: 300, jvm_options: '-XX:TieredStopAtLevel=1' },
  controllers: { combined: true, count: 1 },
  kafka: { log_cleaner_dedupe_buffer_size: '2097152' },
};

type Dir = { readonly volume: string; readonly replicas: number; readonly coming: readonly unknown[] };
type Disks = { readonly brokers: readonly { readonly spread: number; readonly dirs: readonly Dir[] }[] };

test('log dirs of a real broker', { skip: needs('root', 'runc', 'ip', 'mvn'), timeout: 600_000 }, async (t) => {
  const home = createHome('disks');
  const kafka = serviceOf(home, 'kafka');
  const part = story(t);
  const disks = async (): Promise<Disks['brokers'][number]> => {
    const { brokers } = await kafka.json<Disks>('disk', 'list');
    assert.ok(brokers[0]);
    return brokers[0];
  };
  const replicas = async (): Promise<readonly number[]> => (await disks()).dirs.map((dir) => dir.replicas);
  const move = (topic: string, to: string): Promise<Ran> =>
    kafka.run('disk', 'move', '--broker', '0', '--topic', topic, '--partition', '0', '--to', to, '--wait');
  const copying = (): Promise<string> =>
    until('a replica is on its way', async () => {
      const { phases } = await kafka.plan('disks');
      const steps = phases.flatMap((phase) => phase.steps);
      return steps.find(({ status, message }) => status === 'WAITING' && message.includes('on their way'))?.message;
    });
  const settings = (): Promise<string> => kafka.ok('broker', 'config', 'list', '0');

  try {
    await home.ok('server', 'start', '--agents', '1');
    const file = join(home.path, 'options.json');
    writeFileSync(file, JSON.stringify(options));
    await home.ok('package', 'install', 'kafka', '--yes', '--options', file);
    const { id } = await kafka.task('broker-0-server');

    await part('each disk is a volume with a log dir of its own', async () => {
      for (const topic of topics) {
        await kafka.ok('topic', 'create', topic, '--partitions', '1', '--replication', '1');
        await kafka.ok('topic', 'producer-test', topic, '4000');
      }
      const { dirs } = await disks();
      assert.deepEqual(
        dirs.map(({ volume }) => volume),
        ['kafka-data', 'kafka-data-1'],
      );
      t.diagnostic(await kafka.ok('disk', 'list'));
    });

    await part('the number of disks does not change', async () => {
      const refused = await home.run('package', 'update', 'kafka', '--set', 'brokers.disks=3');
      assert.notEqual(refused.code, 0);
      assert.match(refused.stderr, /brokers\.disks cannot change \(2 -> 3\)/);
    });

    await part('replicas are moved to the other disk one by one', async () => {
      for (const topic of topics) {
        const moved = await move(topic, 'kafka-data-1');
        assert.ok(moved.code === 0 || moved.stderr.includes('is on kafka-data-1 of broker 0 already'), moved.stderr);
      }
      const [first] = await replicas();
      assert.equal(first, 0);
      const wrong = await move('alpha', 'kafka-data-7');
      assert.match(wrong.stderr, /no log dir kafka-data-7.*\(disk-refused\)/s);
    });

    await part('they are evened by a run as shown; it is cancelled in the middle, and nothing has moved', async () => {
      const dry = await kafka.ok('disk', 'rebalance', '--throttle', '20k', '--dry-run');
      t.diagnostic(dry);
      assert.match(dry, /broker 0 copies 2 replicas/);
      assert.match(dry, /furthest from its share is 100 % off/);
      const hash = /--approve (\S+)/.exec(dry)?.[1] ?? '';
      await kafka.ok('disk', 'rebalance', '--throttle', '20k', '--approve', hash);
      t.diagnostic(await copying());
      assert.match(await settings(), /replica\.alter\.log\.dirs\.io\.max\.bytes\.per\.second.*20000/);
      await kafka.ok('plan', 'cancel', 'disks');
      await kafka.reaches('disks', 'CANCELLED');
      const { dirs } = await disks();
      assert.deepEqual(
        dirs.flatMap(({ coming }) => coming),
        [],
      );
      assert.deepEqual(
        dirs.map((dir) => dir.replicas),
        [0, topics.length],
      );
      assert.doesNotMatch(await settings(), /replica\.alter\.log\.dirs/);
    });

    await part('the server is killed in the middle, and the run goes on by itself', async () => {
      await kafka.ok('disk', 'rebalance', '--throttle', '500k');
      await copying();
      process.kill(home.serverPid(), 'SIGKILL');
      await home.ok('server', 'start', '--agents', '1');
      await kafka.reaches('disks', 'COMPLETE', 120_000);
      assert.deepEqual(await replicas(), [2, 2]);
      const { spread } = await disks();
      assert.ok(spread < 0.1, String(spread));
      assert.doesNotMatch(await settings(), /replica\.alter\.log\.dirs/);
      const again = await kafka.run('disk', 'rebalance');
      assert.match(again.stdout + again.stderr, /nothing to move/);
      assert.equal((await kafka.task('broker-0-server')).id, id, 'nothing was restarted');
    });
  } finally {
    await home.end();
  }
  assert.deepEqual(leftOf(home.path), []);
});
