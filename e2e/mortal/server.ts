/** A server that dies at every recorded point (store.ts), and is begun again as often. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Home } from '../home.ts';

export type Mortal = {
  /** What it was killed at until now, in order: one commit may be several. */
  readonly points: () => readonly string[];
  readonly kills: () => number;
  /** How often it ended otherwise, in its words. */
  readonly failures: readonly string[];
  /** Ends it in order; resolves when it has. */
  readonly stop: () => Promise<void>;
};

/** It would go on for ever if there were always new points. */
const KILLS_MAX = 300;

/** No other server may run for the home. */
export function beginMortal(home: Home, agents: number): Mortal {
  const root = resolve(import.meta.dirname, '..', '..');
  const main = join(root, 'packages', 'server', 'src', 'main.ts');
  const preload = import.meta.resolve('./preload.ts');
  const failures: string[] = [];
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  let child: ChildProcess | undefined;
  let stopped = false;
  let kills = 0;
  const live = (): void => {
    child = spawn(process.execPath, ['--import', preload, main, '--home', home.path, '--agents', String(agents)], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let text = '';
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    child.on('exit', (code, signal) => {
      if (stopped) return end();
      if (signal === 'SIGKILL' && kills < KILLS_MAX) {
        kills += 1;
        return live();
      }
      failures.push(`after ${kills} kills it ended with ${signal ?? code}: ${text}`);
      end();
    });
  };
  live();
  return {
    points: () => {
      const file = join(home.path, 'warder.db.points');
      return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
    },
    kills: () => kills,
    failures,
    stop: async () => {
      stopped = true;
      child?.kill('SIGTERM');
      await ended;
    },
  };
}
