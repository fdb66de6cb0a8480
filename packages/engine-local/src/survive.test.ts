/** What a task lives through, and what is known of it after. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { reserve, takeHand, task } from '@warder/engine/suite';
import type { Hand } from '@warder/engine/suite';
import { openHome } from './home.ts';
import { probeJail } from './host/probe.ts';
import { signal, startOf } from './host/process.ts';
import { openLocalEngine } from './local-engine.ts';
import type { LocalEngine } from './local-engine.ts';
import { makeHome, quietLog, wipe } from './testing.ts';

const host = await probeJail();

type Mode = 'jail' | 'process';

/** Holds an engine with one live task until it is killed. Runs in a process of its own: this file, with arguments. */
const hold = async (args: readonly string[]): Promise<void> => {
  const [home = '', mode = '', cmd = '', killing = ''] = args;
  const engine = await openLocalEngine({ home, log: quietLog, isolation: mode === 'process' ? 'process' : 'jail' });
  const hand = await takeHand(engine, 'survivor');
  const [offer] = hand.offers();
  if (offer === undefined) throw new Error('no offer');
  const readiness = { cmd: 'test -e up', intervalMs: 50, timeoutMs: 1_000, delayMs: 0 };
  hand.session.launch({
    operationId: 'o',
    reservation: reserve(offer, 'r', { volume: true }),
    tasks: [task('t', cmd, { readiness })],
  });
  await hand.status('t', (status) => status.ready, 'ready');
  if (killing === 'kill') {
    hand.session.kill('t', 1_500);
    const record = join(openHome(home).tasks, 't', 'kill.json');
    while (!existsSync(record)) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  console.log('up');
};

/** A home, and the engine that has it at last. */
type Stage = { readonly home: string; readonly mode: Mode; engine: LocalEngine | undefined };

/** Kills a process that holds an engine with one live task, when the task is up. */
const crash = async (t: TestContext, mode: Mode, cmd: string, killing = ''): Promise<Stage> => {
  const stage: Stage = { home: makeHome(), mode, engine: undefined };
  t.after(async () => {
    await stage.engine?.close();
    await wipe(stage.home, await open(stage));
  });
  const args = [import.meta.filename, 'hold', stage.home, mode, cmd, killing];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  await Promise.race([once(child.stdout, 'data'), exited]);
  assert.equal(child.exitCode, null, 'the process is up');
  child.kill('SIGKILL');
  await exited;
  return stage;
};

const open = ({ home, mode }: Stage): Promise<LocalEngine> => openLocalEngine({ home, log: quietLog, isolation: mode });

const adopt = async (stage: Stage): Promise<Hand> => {
  stage.engine = await open(stage);
  const hand = await takeHand(stage.engine, 'survivor');
  hand.session.reconcile(['t'], ['r']);
  return hand;
};

const taskFolder = (stage: Stage): string => {
  const { tasks } = openHome(stage.home);
  return join(tasks, readdirSync(tasks)[0] ?? '');
};

const numberIn = (path: string): number => Number(readFileSync(path, 'utf8').split(' ')[0]);

const gone = async (pid: number): Promise<void> => {
  for (let left = 200; startOf(pid) !== undefined; left -= 1) {
    assert.ok(left > 0, `${pid} is gone`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

const upThen = (rest: string): string => `echo kept > data/file; touch up; ${rest}`;

const parentOf = (pid: number): number => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return -1;
  }
};

const registerTests = (): void => {
  for (const mode of ['jail', 'process'] as const) {
    const skip = mode === 'jail' && host.runtime === undefined ? 'needs Linux, root and runc or crun' : false;
    describe(`a ${mode === 'jail' ? 'jailed' : 'plain'} task`, { skip, concurrency: 2 }, () => {
      test('lives through kill -9 of its engine, and the next one has it in hand', async (t) => {
        const stage = await crash(t, mode, upThen("trap 'exit 7' TERM; while :; do sleep 0.05; done"));
        const pid = numberIn(join(taskFolder(stage), 'init.pid'));
        const start = startOf(pid);
        assert.notEqual(start, undefined, 'it runs without an engine');
        const hand = await adopt(stage);
        const status = await hand.state('t', 'RUNNING');
        assert.equal(status.ready, true);
        assert.equal(startOf(pid), start, 'it is the same process');
        assert.equal((await hand.session.exec('t', ['cat', 'data/file'])).stdout, 'kept\n');
        hand.session.kill('t', 5_000);
        assert.equal((await hand.state('t', 'KILLED')).exit?.code, 7);
      });

      test('that ends while there is no engine has its exit code on disk', async (t) => {
        const stage = await crash(t, mode, upThen('sleep 0.5; exit 9'));
        await gone(numberIn(join(taskFolder(stage), 'started', 'shim')));
        const hand = await adopt(stage);
        assert.equal((await hand.state('t', 'FAILED')).exit?.code, 9);
      });

      test('is killed to the end by the next engine', async (t) => {
        const stage = await crash(t, mode, upThen("trap '' TERM; while :; do sleep 0.05; done"), 'kill');
        const hand = await adopt(stage);
        assert.equal((await hand.state('t', 'KILLED')).exit?.signal, 'SIGKILL');
      });

      test('whose shim was killed lives on, and its end is LOST', async (t) => {
        const stage = await crash(t, mode, upThen('while test ! -e end; do sleep 0.05; done'));
        const shim = numberIn(join(taskFolder(stage), 'started', 'shim'));
        signal(shim, 'SIGKILL');
        await gone(shim);
        const hand = await adopt(stage);
        await hand.status('t', ({ state, message }) => state === 'RUNNING' && /shim was killed/.test(message ?? ''));
        await hand.session.exec('t', ['touch', 'end']);
        assert.match((await hand.state('t', 'LOST')).message ?? '', /shim was killed/);
      });
    });
  }

  test('a task whose runtime process was killed is not taken for ended', async (t) => {
    if (host.runtime === undefined) return t.skip('needs Linux, root and runc or crun');
    const stage = await crash(t, 'jail', upThen('while test ! -e end; do sleep 0.05; done; exit 0'));
    const shim = numberIn(join(taskFolder(stage), 'started', 'shim'));
    const runtime = readdirSync('/proc')
      .map(Number)
      .find((pid) => parentOf(pid) === shim);
    assert.ok(runtime !== undefined);
    signal(runtime, 'SIGKILL');
    await gone(runtime);
    const hand = await adopt(stage);
    await hand.state('t', 'RUNNING');
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.equal((await hand.session.exec('t', ['touch', 'end'])).exitCode, 0, 'it still runs');
    assert.match((await hand.state('t', 'LOST')).message ?? '', /runtime process was killed/);
  });
};

if (process.argv[2] === 'hold') await hold(process.argv.slice(3));
else registerTests();
