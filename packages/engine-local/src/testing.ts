/** Homes for the tests of this package, and the proof that nothing is left of them. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cluster } from '@warder/engine/suite';
import { openHome } from './home.ts';
import { findCgroups } from './host/cgroup.ts';
import { signal } from './host/process.ts';
import { run } from './host/program.ts';
import { openLocalEngine } from './local-engine.ts';
import type { LocalEngine, LocalEngineOptions } from './local-engine.ts';
import type { Log } from './log.ts';

/** Errors are what a test should not pass over in silence. */
export const quietLog: Log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: (fields, message) => console.error(message, fields),
};

export type TestCluster = Cluster & {
  readonly engine: LocalEngine;
  readonly home: string;
  readonly reopen: () => Promise<LocalEngine>;
};

type ClusterOptions = Omit<LocalEngineOptions, 'home' | 'log'> & {
  /** Makes one agent with a disk in this folder. */
  readonly diskOf?: (home: string) => string;
};

export const openCluster = async ({ diskOf, ...given }: ClusterOptions = {}): Promise<TestCluster> => {
  const home = makeHome();
  const disk = diskOf?.(home);
  if (disk !== undefined) mkdirSync(disk);
  const options = { ...given, ...(disk !== undefined && { agents: [{ disks: [{ path: disk, sizeMiB: 100 }] }] }) };
  const opened: LocalEngine[] = [];
  const reopen = async () => {
    const engine = await openLocalEngine({ home, log: quietLog, ...options });
    opened.push(engine);
    return engine;
  };
  const engine = await reopen();
  const destroy = async () => {
    await opened.at(-1)?.close();
    await wipe(home, await reopen());
  };
  return { engine, home, reopen, destroy };
};

export const makeHome = (): string => realpathSync(mkdtempSync(join(tmpdir(), 'warder-engine-')));

/** Loses every agent of the home, then looks for what is still there. */
export const wipe = async (home: string, engine: LocalEngine): Promise<void> => {
  for (const { offer } of engine.agents()) await engine.setAgent(offer.agentId, 'gone');
  await engine.close();
  const left = await leftovers(home);
  for (const pid of left.processes) signal(pid, 'SIGKILL');
  rmSync(home, { recursive: true, force: true });
  assert.deepEqual(left, {
    processes: [],
    memory: [],
    groups: [],
    mounts: [],
    network: [],
    volumes: [],
    reservations: [],
  });
};

const leftovers = async (home: string) => {
  const { hash, engine, volumes, reservations } = openHome(home);
  const cgroups = findCgroups();
  const mounts = readText('/proc/mounts')
    .split('\n')
    .filter((line) => line.includes(home) || line.includes(`warder-${hash}`));
  const { stdout } = await run(['ip', '-o', 'link']);
  const names = existsSync('/run/netns') ? readdirSync('/run/netns') : [];
  return {
    processes: await processesOf([engine, `/run/warder-${hash}`]),
    memory: [`/run/warder-${hash}`, `/dev/shm/warder-${process.getuid?.() ?? ''}-${hash}`].flatMap(contentsOf),
    groups: cgroups.children('/').filter((name) => name === `warder-${hash}`),
    mounts,
    network: [
      ...names.filter((name) => name.includes(hash)),
      ...stdout.split('\n').filter((line) => line.includes(hash)),
    ],
    volumes: readdirSync(volumes),
    reservations: readdirSync(reservations),
  };
};

/** Shims and runtimes name the home in their arguments. They may need a moment after the end of their task. */
const processesOf = async (folders: readonly string[]): Promise<readonly number[]> => {
  for (let left = 100; ; left -= 1) {
    const found = readdirSync('/proc').filter(
      (name) => /^\d+$/.test(name) && folders.some((each) => readText(`/proc/${name}/cmdline`).includes(each)),
    );
    if (found.length === 0 || left === 0) return found.map(Number);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

const contentsOf = (folder: string): readonly string[] => (existsSync(folder) ? readdirSync(folder) : []);

const readText = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};
