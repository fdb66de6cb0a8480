/**
 * A broker of a real Kafka with two whole disks: what is on them, a replica moved, all of it evened by a run whose server is
 * killed and by one that is cancelled, without a restart; one of them fills up, fails, and is put right.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, globSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createHome, until } from './home.ts';
import type { Ran } from './home.ts';
import { leftOf } from './jail.ts';
import { serviceOf } from './service.ts';
import { needs, onlyFull } from './skip.ts';
import { story } from './upgrading.ts';

const topics = ['alpha', 'beta', 'gamma', 'delta'];

const options = {
  service: { files_max: 4096 },
  brokers: {
    count: 1,
    disks: 2,
    disk_type: 'MOUNT',
    cpus: 0.3,
    memory: 512,
    heap: 192,
    disk: 100,
    jvm_options: '-XX:TieredStopAtLevel=1',
  },
  controllers: { combined: true, count: 1 },
  kafka: { log_cleaner_dedupe_buffer_size: '2097152' },
};

type Dir = { readonly volume: string; readonly replicas: number; readonly coming: readonly unknown[] };
type Disks = { readonly brokers: readonly { readonly spread: number; readonly dirs: readonly Dir[] }[] };

const fillUp = (path: string): void => {
  const zeros = Buffer.alloc(1 << 20);
  const file = openSync(path, 'w');
  try {
    for (let written = 0; written < 1000; written++) writeSync(file, zeros);
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC');
  } finally {
    closeSync(file);
  }
};

/** File systems of their own, in memory. */
function mountDisks(folder: string): readonly string[] {
  return ['a', 'b'].map((name) => {
    const path = join(folder, name);
    mkdirSync(path);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=120m', 'tmpfs', path]);
    return path;
  });
}

test(
  'log dirs of a real broker',
  { skip: needs('root', 'runc', 'ip', 'mvn') || onlyFull, timeout: 600_000 },
  async (t) => {
    const home = createHome('disks');
    const folder = mkdtempSync(join(tmpdir(), 'warder-disks-of-'));
    const mounts = mountDisks(folder);
    t.after(() => {
      for (const path of mounts) execFileSync('umount', [path]);
      rmSync(folder, { recursive: true });
    });
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
      const paths = mounts.map((path) => `{path: ${path}, size: 110}`);
      writeFileSync(join(home.path, 'agents.yml'), `agents:\n  - {name: one, disks: [${paths.join(', ')}]}\n`);
      await home.ok('server', 'start');
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
        const list = await kafka.ok('disk', 'list');
        t.diagnostic(list);
        assert.equal(list.match(/ 120\.0 MiB /g)?.length, 2, 'whole disks');
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

      await part(
        'they are evened by a run as shown; it is cancelled in the middle, and nothing has moved',
        async () => {
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
        },
      );

      await part('the server is killed in the middle, and the run goes on by itself', async () => {
        await kafka.ok('disk', 'rebalance', '--throttle', '500k');
        await copying();
        process.kill(home.serverPid(), 'SIGKILL');
        await home.ok('server', 'start');
        await kafka.reaches('disks', 'COMPLETE', 120_000);
        assert.deepEqual(await replicas(), [2, 2]);
        const { spread } = await disks();
        assert.ok(spread < 0.1, String(spread));
        assert.doesNotMatch(await settings(), /replica\.alter\.log\.dirs/);
        const again = await kafka.run('disk', 'rebalance');
        assert.match(again.stdout + again.stderr, /nothing to move/);
        assert.equal((await kafka.task('broker-0-server')).id, id, 'nothing was restarted');
      });
      await part('a disk that is full fails, and is shown; put right, it comes back with what is on it', async () => {
        // Which of them is the second log dir, the broker alone knows.
        const second = mounts.findIndex(
          (path) => globSync(join(path, 'warder', '**', '__cluster_metadata-0')).length === 0,
        );
        const filler = join(mounts[second] ?? '', 'filler');
        fillUp(filler);
        const failed = await until('the log dir has failed', async () => {
          const list = await kafka.ok('disk', 'list');
          return /kafka-data-1 +failed: KAFKA_STORAGE_ERROR/.test(list) && /2 replicas offline/.test(list)
            ? list
            : undefined;
        });
        t.diagnostic(failed);
        assert.match(await kafka.ok('broker', 'list'), /a log dir has failed/);
        assert.equal((await kafka.task('broker-0-server')).id, id, 'the broker goes on');
        const replace = await kafka.run('pod', 'replace', 'broker-0');
        assert.notEqual(replace.code, 0, 'it has the only replica of everything');
        rmSync(filler);
        await kafka.ok('pod', 'restart', 'broker-0');
        await kafka.reaches('restart', 'COMPLETE', 120_000);
        assert.deepEqual(await replicas(), [2, 2]);
        assert.match(await kafka.ok('topic', 'unavailable'), /every partition has a leader/);
      });
    } finally {
      await home.end();
    }
    assert.deepEqual(leftOf(home.path), []);
  },
);
