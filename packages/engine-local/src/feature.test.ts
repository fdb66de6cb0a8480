/** What only this engine can show: where secrets are, what the kernel refuses, what a machine has in its /dev. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { ask, firstOffer, launchIn, reserve, reserveSets, takeHand, task } from '@warder/engine/suite';
import { openHome, volatileFolder } from './home.ts';
import { probeJail } from './host/probe.ts';
import { openCluster } from './testing.ts';

const host = await probeJail();
const jailSkip = host.runtime === undefined ? 'needs Linux, root and runc or crun' : false;
const seccompSkip = host.runtime?.seccomp === true ? false : 'the runtime or the kernel has no seccomp';

const open = async (t: TestContext, options: Parameters<typeof openCluster>[0] = {}) => {
  const cluster = await openCluster(options);
  t.after(() => cluster.destroy());
  return { ...cluster, hand: await takeHand(cluster.engine, 'local') };
};

const password = 'correct horse battery staple';
const secrets = [{ envKey: 'PASSWORD', file: 'password', value: Buffer.from(password) }];

/** Files below a folder that hold the password, by what grep finds. */
const filesWith = (folder: string): string => {
  try {
    return execFileSync('grep', ['-rlaF', password, folder], { encoding: 'utf8' });
  } catch {
    return '';
  }
};

const commandLines = (): string =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => (existsSync(`/proc/${name}/cmdline`) ? readFileSync(`/proc/${name}/cmdline`, 'utf8') : ''))
    .join('\n');

for (const isolation of ['jail', 'process'] as const) {
  test(`a secret is on no disk and no command line, and gone after the end (${isolation})`, async (t) => {
    if (isolation === 'jail' && host.runtime === undefined) return t.skip('needs Linux, root and runc or crun');
    const { hand, home, engine } = await open(t, { isolation });
    if (!engine.capabilities.features.includes('secrets')) return t.skip('this machine has no memory for secrets');
    const health = { cmd: 'test -n "$PASSWORD"', intervalMs: 50, timeoutMs: 2_000, delayMs: 0 };
    const checks = { readiness: health, health: { ...health, graceMs: 0, failuresMax: 3 } };
    await launchIn(hand, reserve(firstOffer(hand), 'r'), task('a', 'exec sleep 60', { secrets, ...checks }));
    await hand.status('a', ({ healthy }) => healthy === true, 'healthy');
    assert.equal((await ask(hand, 'a', 'cat password')).out, password);
    assert.equal(filesWith(home), '');
    assert.equal(commandLines().includes(password), false);
    const { hash } = openHome(home);
    const memory = isolation === 'jail' ? volatileFolder(hash) : `/dev/shm/warder-${process.getuid?.() ?? ''}-${hash}`;
    assert.notEqual(filesWith(memory), '', 'this is where it is');
    hand.session.kill('a', 0);
    await hand.state('a', 'KILLED');
    assert.equal(filesWith(memory), '');
  });
}

test('a task whose secrets were lost with the memory of the machine is not begun without them', async (t) => {
  const { hand, home, engine, reopen } = await open(t, { isolation: 'process' });
  if (!engine.capabilities.features.includes('secrets')) return t.skip('this machine has no memory for secrets');
  await launchIn(hand, reserve(firstOffer(hand), 'r'), task('a', 'exec sleep 60', { secrets }));
  await hand.state('a', 'RUNNING');
  hand.session.kill('a', 0);
  await hand.state('a', 'KILLED');
  await engine.close();
  // As a restart of the machine leaves it: launched, not begun, and nothing in memory.
  const folder = join(openHome(home).tasks, 'a');
  for (const name of ['started', 'exit.json', 'kill.json', 'init.pid', 'ready'])
    rmSync(join(folder, name), { recursive: true, force: true });
  const second = await takeHand(await reopen(), 'local');
  second.session.reconcile(['a'], ['r']);
  assert.match((await second.state('a', 'ERROR')).message ?? '', /secrets were in memory only/);
});

describe('system calls', { skip: jailSkip !== false ? jailSkip : seccompSkip }, () => {
  const userNamespace = 'unshare --user true';

  test('those that no service needs are refused, unless the spec says unconfined', async (t) => {
    const { hand } = await open(t);
    const reservation = reserveSets(firstOffer(hand), 'r', ['one', 'two']);
    await launchIn(
      hand,
      reservation,
      task('a', 'exec sleep 60', { resourceSet: 'one' }),
      task('free', 'exec sleep 60', { resourceSet: 'two', seccomp: { kind: 'unconfined' } }),
    );
    await hand.state('a', 'RUNNING');
    await hand.state('free', 'RUNNING');
    const mode = 'grep -w Seccomp: /proc/self/status | tr -dc 0-9';
    assert.equal((await ask(hand, 'a', mode)).out, '2');
    assert.equal((await ask(hand, 'free', mode)).out, '0');
    assert.notEqual((await ask(hand, 'a', userNamespace)).code, 0);
    // By another way in, and what must go on working.
    const python = (code: string) => `python3 -c '${code}'`;
    const cloned = 'import ctypes; l = ctypes.CDLL(None, use_errno=True); r = l.syscall(56, 0x10000011, 0, 0, 0, 0)';
    if (process.arch === 'x64') {
      assert.equal((await ask(hand, 'a', python(`${cloned}; print(r, ctypes.get_errno())`))).out, '-1 1');
    }
    const threads = 'import threading; t = threading.Thread(target=lambda: print("up")); t.start(); t.join()';
    assert.equal((await ask(hand, 'a', python(threads))).out, 'up');
  });

  test('a profile of the home is taken by its name; one that is not there is an error that says so', async (t) => {
    const { hand, home } = await open(t);
    mkdirSync(join(home, 'seccomp'));
    const profile = {
      defaultAction: 'SCMP_ACT_ALLOW',
      syscalls: [{ names: ['mkdir', 'mkdirat'], action: 'SCMP_ACT_ERRNO', errnoRet: 1 }],
    };
    writeFileSync(join(home, 'seccomp', 'no-folders.json'), JSON.stringify(profile));
    writeFileSync(join(home, 'seccomp', 'half.json'), '{"defaultAction": ');
    writeFileSync(join(home, 'seccomp', 'none.json'), '{"syscalls": []}');
    writeFileSync(join(home, 'seccomp', 'docker.json'), JSON.stringify({ ...profile, archMap: [] }));
    const run = async (id: string, name: string) => {
      const seccomp = { kind: 'profile', name } as const;
      await launchIn(
        hand,
        reserve(firstOffer(hand), id),
        task(id, 'mkdir x 2>/dev/null && exit 3; exit 0', { seccomp }),
      );
      return hand.status(id, ({ state }) => !['STAGING', 'RUNNING'].includes(state), 'the end');
    };
    assert.equal((await run('a', 'no-folders')).state, 'FINISHED');
    const wrong = {
      missing: /there is no/,
      half: /not JSON/,
      none: /no defaultAction/,
      docker: /Docker/,
      '../x': /name/,
    };
    for (const [name, message] of Object.entries(wrong)) {
      const end = await run(`of-${name.replaceAll(/\W/g, '-')}`, name);
      assert.equal(end.state, 'ERROR');
      assert.match(end.message ?? '', message);
    }
  });
});

test('a set has the graphics cards that it reserved, and no others', { skip: jailSkip }, async (t) => {
  const devices = mkdtempSync(join(tmpdir(), 'warder-devices-'));
  t.after(() => rmSync(devices, { recursive: true, force: true }));
  // They give zeros, as cards rarely do.
  for (const name of ['nvidia0', 'nvidia1', 'nvidiactl']) {
    execFileSync('mknod', ['-m', '666', join(devices, name), 'c', '1', '5']);
  }
  chmodSync(devices, 0o755);
  const { hand, engine } = await open(t, { devices });
  assert.ok(engine.capabilities.features.includes('gpus'));
  const offer = firstOffer(hand);
  assert.equal(offer.gpus, 2);
  const withGpus = (id: string, gpus: number) => {
    const reservation = reserve(offer, id);
    return { ...reservation, sets: reservation.sets.map((set) => ({ ...set, gpus })) };
  };
  await launchIn(hand, withGpus('r', 1), task('a', 'exec sleep 60'));
  await hand.state('a', 'RUNNING');
  assert.equal((await ask(hand, 'a', 'ls /dev | grep nvidia | xargs')).out, 'nvidia0 nvidiactl');
  assert.equal((await ask(hand, 'a', 'head -c 3 /dev/nvidia0 | wc -c')).out, '3');
  hand.session.launch({ operationId: 'greedy', reservation: withGpus('r2', 2), tasks: [] });
  assert.match((await hand.operation('greedy')).reason ?? '', /1 gpus free, 2 are needed/);
  await launchIn(hand, withGpus('r3', 1), task('b', 'exec sleep 60'));
  await hand.state('b', 'RUNNING');
  assert.equal((await ask(hand, 'b', 'ls /dev | grep nvidia | xargs')).out, 'nvidia1 nvidiactl');
});

test(
  'a folder of the host can be written to, but the engine has some that nobody is shown',
  { skip: jailSkip },
  async (t) => {
    const shared = mkdtempSync(join(tmpdir(), 'warder-host-'));
    chmodSync(shared, 0o777);
    t.after(() => rmSync(shared, { recursive: true, force: true }));
    const { hand, home } = await open(t);
    const volume = (hostPath: string) => [{ name: 'host', hostPath, containerPath: 'shared', mode: 'RW' }] as const;
    const run = task('a', 'echo here > shared/file; exec sleep 60', { hostVolumes: volume(shared) });
    await launchIn(hand, reserve(firstOffer(hand), 'r'), run);
    await hand.state('a', 'RUNNING');
    assert.equal((await ask(hand, 'a', 'until cat shared/file; do sleep 0.05; done')).out, 'here');
    assert.equal(readFileSync(join(shared, 'file'), 'utf8'), 'here\n');
    // A person who looks into the working directory is root, the task is not.
    await assert.rejects(hand.session.read('a', 'shared/file', { offset: 0, length: 10 }), /no shared\/file/);
    const tasks = [task('b', 'exec sleep 60', { hostVolumes: volume(join(home, 'engine', 'tasks')) })];
    hand.session.launch({ operationId: 'b', reservation: reserve(firstOffer(hand), 'b'), tasks });
    assert.match((await hand.operation('b')).reason ?? '', /engine's own/);
  },
);

test(
  'shared processes outlive a restart of the engine, and nothing is left when the last one ends',
  { skip: jailSkip },
  async (t) => {
    const { hand, home, engine, reopen } = await open(t);
    const reservation = reserveSets(firstOffer(hand), 'r', ['one', 'two']);
    const shared = { sharePid: true, shareIpc: true } as const;
    await launchIn(hand, reservation, task('a', 'exec sleep 66.5', { resourceSet: 'one', ...shared }));
    await hand.state('a', 'RUNNING');
    await engine.close();
    const second = await takeHand(await reopen(), 'local');
    await launchIn(second, reservation, task('b', 'exec sleep 60', { resourceSet: 'two', ...shared }));
    await second.state('b', 'RUNNING');
    assert.match((await ask(second, 'b', 'cat /proc/[0-9]*/cmdline | tr "\\0" " "')).out, /sleep 66\.5/);
    const folder = join(volatileFolder(openHome(home).hash), 'pods');
    assert.deepEqual(readdirSync(folder), ['r']);
    for (const id of ['a', 'b']) {
      second.session.kill(id, 0);
      await second.state(id, 'KILLED');
    }
    for (let tries = 0; tries < 100 && readdirSync(folder).length > 0; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(readdirSync(folder), []);
  },
);

test('not even root among shared processes gets out of the jail', { skip: jailSkip }, async (t) => {
  const { hand } = await open(t);
  await launchIn(hand, reserve(firstOffer(hand), 'r'), task('a', 'exec sleep 60', { user: 'root', sharePid: true }));
  await hand.state('a', 'RUNNING');
  // The first process is one of the host.
  assert.match((await ask(hand, 'a', 'tr "\\0" " " < /proc/1/cmdline')).out, /pods\/r/);
  assert.notEqual((await ask(hand, 'a', 'ls /proc/1/root/etc/')).code, 0);
  assert.notEqual((await ask(hand, 'a', 'readlink /proc/1/ns/mnt')).code, 0);
});

test('whoever ends what holds shared processes ends them, and others can begin', { skip: jailSkip }, async (t) => {
  const { hand, home } = await open(t);
  const reservation = reserveSets(firstOffer(hand), 'r', ['one', 'two']);
  const run = (id: string, set: string) => task(id, 'exec sleep 60', { resourceSet: set, sharePid: true });
  await launchIn(hand, reservation, run('a', 'one'));
  await hand.state('a', 'RUNNING');
  const note = readFileSync(join(volatileFolder(openHome(home).hash), 'pods', 'r', 'holder'), 'utf8');
  process.kill(Number(note.split(' ')[0]), 'SIGKILL');
  assert.equal((await hand.state('a', 'FAILED')).exit?.signal, 'SIGKILL');
  await launchIn(hand, reservation, run('b', 'two'));
  await hand.state('b', 'RUNNING');
});

test('a volume whose disk is away is not begun anew', async (t) => {
  const { hand, home } = await open(t, { isolation: 'process', diskOf: (folder) => join(folder, 'disk') });
  const offer = firstOffer(hand);
  const disk = offer.disks?.[0] ?? assert.fail();
  const volume = { id: 'v', path: 'data', type: 'MOUNT', sizeMiB: disk.sizeMiB, diskId: disk.id } as const;
  const reservation = { ...reserve(offer, 'r'), volumes: [volume] };
  await launchIn(hand, reservation, task('a', 'echo kept > data/file'));
  await hand.state('a', 'FINISHED');
  renameSync(join(home, 'disk'), join(home, 'elsewhere'));
  mkdirSync(join(home, 'disk'));
  hand.session.launch({ operationId: 'away', reservation, tasks: [task('b', 'true')] });
  assert.match((await hand.operation('away')).reason ?? '', /volume data is not where it was made.*mount the disk/);
  rmSync(join(home, 'disk'), { recursive: true });
  renameSync(join(home, 'elsewhere'), join(home, 'disk'));
  await launchIn(hand, reservation, task('c', 'grep -q kept data/file'));
  await hand.state('c', 'FINISHED');
});
