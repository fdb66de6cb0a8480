/** @module The program: `main.ts --home <folder> [--agents <n>] [--port <n>] [--catalog <folder>]`. */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openLocalEngine } from '@warder/engine-local';
import { ServerError } from './error.ts';
import { startServer, type ServerOptions } from './start.ts';

const checkout = resolve(import.meta.dirname, '../../..');

function readOptions(args: readonly string[]): ServerOptions {
  const { values } = parse(args);
  const home = values.home ?? process.env['WARDER_HOME'];
  const agents = wholeNumber('agents', values.agents, 1, 100) ?? 1;
  const port = wholeNumber('port', values.port, 0, 65_535);
  return {
    home: home === undefined || home === '' ? join(homedir(), '.warder') : resolve(home),
    catalog: resolve(values.catalog ?? join(checkout, 'services')),
    version: readVersion(),
    openEngine: ({ engine, cache }, log) => openLocalEngine({ home: engine, cache, agents, log }),
    ...(port === undefined ? {} : { port }),
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
    return parseArgs({ args: [...args], options: FLAGS, strict: true });
  } catch (error) {
    throw usage(error instanceof Error ? error.message : String(error));
  }
}

function wholeNumber(name: string, text: string | undefined, min: number, max: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw usage(`--${name} is a whole number from ${min} to ${max}, not ${text}`);
}

const usage = (message: string): ServerError =>
  new ServerError('usage', message, 'main.ts --home <folder> [--agents <n>] [--port <n>] [--catalog <folder>]');

function readVersion(): string {
  const { version }: { version: string } = JSON.parse(
    readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'),
  );
  return version;
}

/** As the CLI prints errors: what, and what to do next. */
function complain(error: unknown): void {
  if (!(error instanceof Error)) return console.error(`error: ${String(error)}`);
  const code = 'code' in error ? ` (${String(error.code)})` : '';
  console.error(`error: ${error.message}${code}`);
  if ('next' in error) console.error(`next: ${String(error.next)}`);
  else console.error(error.stack);
}

try {
  const server = await startServer(readOptions(process.argv.slice(2)));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      server.log.info({ signal }, 'server is asked to end');
      void server.close();
    });
  }
  process.on('unhandledRejection', (error) => {
    server.log.error({ error: error instanceof Error ? error.stack : String(error) }, 'a promise was left to fail');
  });
  console.log(`listening at ${server.url}`);
  await server.closed;
  process.exit(0);
} catch (error) {
  complain(error);
  process.exit(1);
}
