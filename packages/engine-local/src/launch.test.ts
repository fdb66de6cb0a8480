/** What the local engine makes for a task, and what it leaves when it cannot. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import { readAll, reserve, takeHand, task } from '@warder/engine/suite';
import type { Hand } from '@warder/engine/suite';
import { openHome } from './home.ts';
import { findCgroups } from './host/cgroup.ts';
import { probeJail } from './host/probe.ts';
import { openLocalEngine } from './local-engine.ts';
import type { TaskRecord } from './task/place.ts';
import { openCluster, quietLog } from './testing.ts';

const host = await probeJail();
const jailSkip = host.runtime === undefined ? 'needs Linux, root and runc or crun' : false;

const open = async (t: TestContext, options: Parameters<typeof openCluster>[0] = {}) => {
  const cluster = await openCluster(options);
  t.after(() => cluster.destroy());
  return { ...cluster, hand: await takeHand(cluster.engine, 'local') };
};

const start = async (hand: Hand, id: string, cmd: string, rest: Parameters<typeof task>[2] = {}) => {
  const [offer] = hand.offers();
  assert.ok(offer);
  const reservation = reserve(offer, `r-${id}`, { volume: true });
  hand.session.launch({ operationId: `o-${id}`, reservation, tasks: [task(id, cmd, rest)] });
  return { reservation, answer: await hand.operation(`o-${id}`) };
};

const stdout = (hand: Hand, taskId: string): Promise<string> => {
  const signal = new AbortController().signal;
  return readAll(hand.session.logs(taskId, { stream: 'stdout', tailBytes: 10_000, follow: false, signal }));
};

test('a port that somebody else uses is named, and offered no more', async (t) => {
  const { hand } = await open(t, { isolation: 'process' });
  const [offer] = hand.offers();
  assert.ok(offer);
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const reservation = reserve(offer, 'r', { ports: { web: port } });
  hand.session.launch({ operationId: 'o', reservation, tasks: [task('a', 'true')] });
  const { ok, reason } = await hand.operation('o');
  assert.equal(ok, false);
  assert.equal(reason, `port ${port} is already in use on 127.0.0.1`);
});

for (const isolation of ['jail', 'process'] as const) {
  describe(`artifacts (${isolation})`, { skip: isolation === 'jail' && jailSkip }, () => {
    test('are shown at their place', async (t) => {
      const { hand, home } = await open(t, { isolation });
      const work = join(home, 'work');
      mkdirSync(join(work, 'in', 'bin'), { recursive: true });
      writeFileSync(join(work, 'in', 'bin', 'hello'), '#!/bin/sh\necho hello from the archive\n', { mode: 0o755 });
      writeFileSync(join(work, 'plain.txt'), 'plain');
      execFileSync('tar', ['-C', join(work, 'in'), '-czf', join(work, 'tool.tar.gz'), '.']);
      const at = (name: string) => pathToFileURL(join(work, name)).href;
      const artifacts = [
        { uri: at('tool.tar.gz'), dest: 'opt/tool', extract: true, executable: false },
        { uri: at('tool.tar.gz'), dest: '.', extract: true, executable: false },
        { uri: at('plain.txt'), dest: 'plain.txt', extract: false, executable: false },
      ];
      await start(hand, 'a', 'opt/tool/bin/hello; bin/hello; cat plain.txt; exec sleep 60', { artifacts });
      await hand.state('a', 'RUNNING');
      const { exitCode } = await hand.session.exec('a', ['sh', '-c', 'for i in $(seq 50); do sleep 0.02; done']);
      assert.equal(exitCode, 0);
      assert.equal(await stdout(hand, 'a'), 'hello from the archive\nhello from the archive\nplain');
      assert.deepEqual(
        (await hand.session.list('a', 'opt/tool')).map((each) => each.name),
        ['bin'],
      );
      const read = await hand.session.read('a', 'plain.txt', { offset: 1, length: 3 });
      assert.equal(Buffer.from(read).toString('utf8'), 'lai');
      if (isolation === 'process') return;
      assert.notEqual((await hand.session.exec('a', ['sh', '-c', 'echo x > opt/tool/bin/hello'])).exitCode, 0);
    });

    test('that are writable are copies of the task, with its files inside', async (t) => {
      const { hand, home } = await open(t, { isolation });
      const work = join(home, 'work');
      mkdirSync(join(work, 'in', 'tool', 'lib'), { recursive: true });
      writeFileSync(join(work, 'in', 'tool', 'lib', 'old'), 'old', { mode: 0o444 });
      execFileSync('tar', ['-C', join(work, 'in'), '-czf', join(work, 'tool.tar.gz'), '.']);
      const uri = pathToFileURL(join(work, 'tool.tar.gz')).href;
      const artifacts = [{ uri, dest: '.', extract: true, executable: false, writable: true }];
      const files = [{ path: 'tool/conf/x', content: 'x=1', mode: 0o640 }];
      const cmd = 'echo more >> tool/lib/old && mv tool/lib/old tool/new && cat tool/new tool/conf/x && exec sleep 60';
      for (const name of ['a', 'b']) {
        await start(hand, name, cmd, { artifacts, files });
        await hand.state(name, 'RUNNING');
        const shown = (): Promise<string> => stdout(hand, name);
        while ((await shown()) === '') await hand.session.exec(name, ['sleep', '0.05']);
        assert.equal(await shown(), 'oldmore\nx=1', 'what one has changed is nothing to another');
      }
    });

    test('that are not what they should be end the task before it starts', async (t) => {
      const { hand, home } = await open(t, { isolation });
      writeFileSync(join(home, 'file'), 'not what was meant');
      const uri = pathToFileURL(join(home, 'file')).href;
      const artifacts = [
        { uri, dest: 'file', extract: false, executable: false, checksum: `sha256:${'0'.repeat(64)}` },
      ];
      await start(hand, 'a', 'echo started', { artifacts });
      assert.match((await hand.state('a', 'ERROR')).message ?? '', /has the checksum sha256:.*, not sha256:0000/);
      assert.deepEqual(readdirSync(join(home, 'cache')), []);
    });

    test('that take long are told of, and can be given up', async (t) => {
      const { hand } = await open(t, { isolation });
      const server = createServer((socket) => {
        socket.on('error', () => {});
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${64 << 20}\r\n\r\n${'x'.repeat(3 << 20)}`);
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      t.after(() => server.close());
      const uri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/big`;
      await start(hand, 'a', 'true', { artifacts: [{ uri, dest: 'big', extract: false, executable: false }] });
      await hand.status(
        'a',
        ({ state, message }) => state === 'STAGING' && /fetching .*big, \d+ MiB/.test(message ?? ''),
      );
      hand.session.kill('a', 5_000);
      assert.match((await hand.state('a', 'KILLED')).message ?? '', /before it started/);
    });
  });
}

test('limits are in the control group, and what cannot be given is said', { skip: jailSkip }, async (t) => {
  const { hand, home } = await open(t);
  const rlimits = [{ name: 'RLIMIT_NOFILE', soft: 5_000, hard: 2_000_000_000 }];
  await start(hand, 'a', 'ulimit -Sn; exec sleep 60', { rlimits });
  const status = await hand.state('a', 'RUNNING');
  assert.match(status.message ?? '', /RLIMIT_NOFILE 2000000000 is above the hard limit of this host/);
  const script =
    'cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/cpu/cpu.shares 2>/dev/null || cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/cpu.weight';
  const { stdout: limits } = await hand.session.exec('a', ['sh', '-c', script]);
  assert.match(limits, /^67108864\n(102|4)\n/, 'a tenth of a cpu is 102 shares of 1024, or a weight of 4');
  assert.equal(await stdout(hand, 'a'), '5000\n');
  assert.deepEqual(findCgroups().children(`/warder-${openHome(home).hash}/agent-0`), ['a']);
});

test('nothing of a service is left after its purge, while the engine goes on', { skip: jailSkip }, async (t) => {
  const { hand, home } = await open(t);
  const { reservation } = await start(hand, 'a', 'exec sleep 60');
  await hand.state('a', 'RUNNING');
  hand.session.kill('a', 5_000);
  await hand.state('a', 'KILLED');
  hand.session.release('x', reservation);
  await hand.operation('x');
  await hand.session.purge();
  const { tasks, volumes, reservations, runtime, hash } = openHome(home);
  for (const folder of [tasks, volumes, reservations, runtime]) assert.deepEqual(readdirSync(folder), [], folder);
  assert.equal(findCgroups().children('/').includes(`warder-${hash}`), false);
});

test('a launch that was cut off before it was confirmed never happened', async (t) => {
  const { hand, engine, home, reopen } = await open(t, { isolation: 'process' });
  await start(hand, 'whole', 'exec sleep 60');
  await hand.state('whole', 'RUNNING');
  await engine.close();
  const { tasks } = openHome(home);
  // What is there when the power fails between the record of a task and that of its reservation.
  const record = JSON.parse(readFileSync(join(tasks, 'whole', 'task.json'), 'utf8')) as TaskRecord;
  for (const [id, reservationId] of [
    ['other', 'r-other'],
    ['second', 'r-whole'],
  ] as const) {
    mkdirSync(join(tasks, id));
    const cut = { ...record, reservationId, task: { ...record.task, taskId: id } };
    writeFileSync(join(tasks, id, 'task.json'), JSON.stringify(cut));
  }
  mkdirSync(join(tasks, 'empty'));
  const again = await takeHand(await reopen(), 'local');
  again.session.reconcile(['whole', 'other', 'second'], ['r-whole']);
  await again.state('whole', 'RUNNING');
  await again.state('other', 'LOST');
  await again.state('second', 'LOST');
  assert.deepEqual(readdirSync(tasks), ['whole']);
});

test('of the ended tasks of one name the last three are kept', async (t) => {
  const { hand, home } = await open(t, { isolation: 'process' });
  const [offer] = hand.offers();
  assert.ok(offer);
  for (const id of ['1', '2', '3', '4', '5']) {
    const tasks = [task(id, 'true', { name: 'same' })];
    hand.session.launch({ operationId: id, reservation: reserve(offer, 'r'), tasks });
    await hand.state(id, 'FINISHED');
  }
  assert.deepEqual(readdirSync(openHome(home).tasks).toSorted(), ['3', '4', '5']);
});

describe('a full disk', { skip: host.linux && host.root ? false : 'needs root, to mount a small one' }, () => {
  const small = async (t: TestContext, options: string) => {
    const home = mkdtempSync(join(tmpdir(), 'warder-full-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', home]);
    const engine = await openLocalEngine({ home, log: quietLog, isolation: 'process' });
    t.after(async () => {
      await engine.close();
      execFileSync('umount', ['--lazy', home]);
      rmSync(home, { recursive: true });
    });
    return { home, hand: await takeHand(engine, 'full') };
  };

  test('refuses a launch and keeps nothing of it', async (t) => {
    const { home, hand } = await small(t, 'size=64m,nr_inodes=60');
    const [before] = hand.offers();
    const { tasks, volumes, reservations } = openHome(home);
    const fill = (left: number) => {
      mkdirSync(join(home, 'fill'));
      const names: string[] = [];
      try {
        for (;;) {
          const name = join(home, 'fill', String(names.length));
          writeFileSync(name, '');
          names.push(name);
        }
      } catch {
        for (const name of names.slice(0, left)) rmSync(name);
      }
    };
    // One short each time: the volume, the directory, the record of the task, the record of the reservation.
    for (const left of [0, 1, 2, 3]) {
      fill(left);
      hand.forget();
      const { answer } = await start(hand, 'a', 'true');
      assert.equal(answer.ok, false, `with ${left} files left`);
      assert.match(answer.reason ?? '', /no space left/);
      for (const folder of [tasks, volumes, reservations]) assert.deepEqual(readdirSync(folder), []);
      assert.equal(
        hand.events.some((event) => event.type === 'status'),
        false,
      );
      rmSync(join(home, 'fill'), { recursive: true });
    }
    assert.deepEqual(hand.offers()[0]?.memoryMiB, before?.memoryMiB);
    hand.forget();
    assert.equal((await start(hand, 'a', 'true')).answer.ok, true, 'with space again it works');
    await hand.state('a', 'FINISHED');
  });

  test('is seen before it is quite full', async (t) => {
    const { home, hand } = await small(t, 'size=32m');
    writeFileSync(join(home, 'fill'), Buffer.alloc(20 << 20));
    const { answer } = await start(hand, 'a', 'true');
    assert.equal(answer.ok, false);
    assert.match(answer.reason ?? '', /disk .* is nearly full/);
    assert.equal(statSync(join(home, 'fill')).size, 20 << 20);
  });
});
