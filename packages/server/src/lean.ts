/**
 * How the server keeps its memory small. Two things would cost a third of it: the compiler that turns TypeScript into
 * JavaScript, which stays in memory once it was needed, and a heap made for big programs with many threads. So
 * everything is compiled into a cache first, by a process of its own, and then this process becomes the server.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Together some 10 to 20 MiB less, measured with a Kafka cluster installed. */
const SMALL = ['--max-semi-space-size=1', '--optimize-for-size', '--v8-pool-size=1'];
/**
 * No compiler in a thread of its own: one that waits for memory while the process exits keeps it from exiting for
 * ever, seen in one of some 200 ends on a busy machine (nodejs/node#54918).
 */
const ENDS = ['--no-concurrent-sparkplug', '--no-concurrent-recompilation'];
/** One arena: glibc keeps one for each thread else, mostly empty. */
const SMALL_ENV = { MALLOC_ARENA_MAX: '1' };
const FILL_MAX_MS = 30_000;

/** A module that cannot be imported is left out: who needs it will say so. */
const FILL = 'for (const module of process.argv.slice(1)) await import(module).catch(() => {}); process.exit(0)';

export type LeanOptions = {
  /** The folder of the compile cache of this version, beside those of others. */
  readonly cache: string;
  /** What it will import later, besides itself. */
  readonly modules: readonly string[];
  readonly args: readonly string[];
};

/** This process becomes `program`, with the same pid. */
export function becomeLean(program: string, { cache, modules, args }: LeanOptions): never {
  if (!existsSync(cache)) fill(cache, [program, ...modules]);
  if (process.execve === undefined) throw new Error('this system cannot replace a process by another');
  const command = [process.execPath, ...SMALL, ...ENDS, ...process.execArgv, program, ...args];
  return process.execve(process.execPath, command, { ...process.env, ...SMALL_ENV, NODE_COMPILE_CACHE: cache });
}

/** Beside its place, then moved there: one that was filled by half would not be filled again. */
function fill(cache: string, modules: readonly string[]): void {
  const versions = dirname(cache);
  const part = `${cache}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { recursive: true, mode: 0o700 });
  const urls = modules.map((module) => pathToFileURL(module).href);
  spawnSync(process.execPath, [...ENDS, '--input-type=module', '-e', FILL, ...urls], {
    env: { ...process.env, NODE_COMPILE_CACHE: part },
    timeout: FILL_MAX_MS,
    stdio: 'ignore',
  });
  for (const old of readdirSync(versions)) {
    if (old !== basename(part)) rmSync(join(versions, old), { recursive: true, force: true });
  }
  renameSync(part, cache);
}
