/** The flags of the program. */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ServerError } from './error.ts';

export type Options = {
  readonly home: string;
  readonly catalog: string;
  readonly version: string;
  /** Absent: as `agents.yml` of the home declares them, or one. */
  readonly agents?: number;
  readonly port: number;
};

const checkout = resolve(import.meta.dirname, '../../..');

/** @throws ServerError `usage` */
export function readOptions(args: readonly string[], env: NodeJS.ProcessEnv): Options {
  const values = parse(args);
  const home = values.home ?? env['WARDER_HOME'];
  return {
    home: home === undefined || home === '' ? join(homedir(), '.warder') : resolve(home),
    catalog: resolve(values.catalog ?? join(checkout, 'services')),
    version: readVersion(),
    ...(values.agents !== undefined && { agents: wholeNumber('agents', values.agents, 1, 100) }),
    port: wholeNumber('port', values.port ?? '0', 0, 65_535),
  };
}

const FLAGS = {
  home: { type: 'string' },
  agents: { type: 'string' },
  port: { type: 'string' },
  catalog: { type: 'string' },
} as const;

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: FLAGS, strict: true }).values;
  } catch (error) {
    throw usage(error instanceof Error ? error.message : String(error));
  }
}

function wholeNumber(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw usage(`--${name} is a whole number from ${min} to ${max}, not ${text}`);
}

const usage = (message: string): ServerError =>
  new ServerError('usage', message, 'main.ts --home <folder> [--agents <n>] [--port <n>] [--catalog <folder>]');

function readVersion(): string {
  const file = join(import.meta.dirname, '../package.json');
  const { version }: { readonly version: string } = JSON.parse(readFileSync(file, 'utf8'));
  return version;
}
