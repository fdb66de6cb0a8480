/** Where one installation keeps everything; several homes can live side by side. */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { processStart } from '@warder/api/process-start';

export type ServerFile = {
  readonly pid: number;
  /** A pid is used again; when its process began tells whether it is still the server. */
  readonly startTime: string;
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

/**
 * What the server of a home wrote when it began; undefined when none runs. A server that was killed leaves the file:
 * its port may be anybody's by now, who is not to be given the token.
 */
export function readServerFile(home: string): ServerFile | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(join(home, 'server.json'), 'utf8'));
    return isServerFile(value) && processStart(value.pid) === value.startTime ? value : undefined;
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
    typeof value.pid === 'number' &&
    'startTime' in value &&
    typeof value.startTime === 'string'
  );
}
