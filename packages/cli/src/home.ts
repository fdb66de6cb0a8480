/** Where one installation keeps everything; several homes can live side by side. */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';

export type ServerFile = {
  readonly pid: number;
  readonly startTime: string | number;
  readonly url: string;
  readonly version: string;
};

export function resolveHome(given: string | undefined, env: NodeJS.ProcessEnv): string {
  const fromEnv = env['WARDER_HOME'];
  if (given !== undefined) return resolve(given);
  return fromEnv === undefined || fromEnv === '' ? join(homedir(), '.warder') : resolve(fromEnv);
}

/** How a command for this home is to be typed: the hints that the CLI prints must work when they are copied. */
export function commandFor(home: string, env: NodeJS.ProcessEnv): (words: string) => string {
  const called = calledAs(env);
  const prefix = resolveHome(undefined, env) === home ? called : `${called} --home ${home}`;
  return (words) => `${prefix} ${words}`;
}

/** `warder` where it is on the PATH, else as it was typed (`./warder`); the launcher tells. */
export function calledAs(env: NodeJS.ProcessEnv): string {
  const called = env['WARDER_CALLED'];
  if (called === undefined || called === '') return 'warder';
  return (env['PATH'] ?? '').split(':').includes(dirname(called)) ? basename(called) : called;
}

/** What the server of a home wrote when it began; undefined when it never ran or ended in order. */
export function readServerFile(home: string): ServerFile | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(join(home, 'server.json'), 'utf8'));
    return isServerFile(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function readToken(home: string): string | undefined {
  try {
    return readFileSync(join(home, 'token'), 'utf8').trim();
  } catch {
    return undefined;
  }
}

function isServerFile(value: unknown): value is ServerFile {
  return (
    typeof value === 'object' &&
    value !== null &&
    'url' in value &&
    typeof value.url === 'string' &&
    'pid' in value &&
    typeof value.pid === 'number'
  );
}
