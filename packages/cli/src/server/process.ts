/** The background process of the server: begin it, see whether it lives, wait for it. */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openApi, type Api } from '../api/client.ts';
import type { ServerAnswer } from '../api/answers.ts';
import { serverMain } from '../catalog.ts';
import type { Context } from '../command.ts';
import { CliError } from '../exit.ts';
import { readServerFile } from '../home.ts';

/** Opening the store and reconciling a big home takes its time; a server that ends is seen at once. */
const startMs = 60_000;
const lookMs = 50;

export type RunningServer = { readonly api: Api; readonly server: ServerAnswer };

/** Undefined when no server answers for this home. */
export async function findServer(home: string, env: NodeJS.ProcessEnv): Promise<RunningServer | undefined> {
  if (readServerFile(home) === undefined) return undefined;
  const api = openApi(home, env);
  try {
    return { api, server: await api.get<ServerAnswer>('/v1/server') };
  } catch (error) {
    if (error instanceof CliError && error.code === 'server-not-running') return undefined;
    throw error;
  }
}

export type StartOptions = { readonly agents?: string | undefined };

export function serverArguments(home: string, { agents }: StartOptions): readonly string[] {
  return [serverMain, '--home', home, ...(agents === undefined ? [] : ['--agents', agents])];
}

/** Begins a server that outlives this process, and waits until it answers. */
export async function startServer({ home, env, signal, hint }: Context, options: StartOptions): Promise<RunningServer> {
  mkdirSync(join(home, 'logs'), { recursive: true, mode: 0o700 });
  const logFile = join(home, 'logs', 'server-start.log');
  const log = openSync(logFile, 'w', 0o600);
  const child = spawn(process.execPath, serverArguments(home, options), {
    detached: true,
    stdio: ['ignore', log, log],
    cwd: home,
    env,
  });
  closeSync(log);
  let ended: string | undefined;
  child.on('error', (error) => (ended = error.message));
  child.on('exit', (code, by) => (ended = by === null ? `it ended with ${code}` : `it was ended by ${by}`));
  child.unref();
  const giveUpMs = Date.now() + startMs;
  while (ended === undefined && Date.now() < giveUpMs && !signal.aborted) {
    const running = await findServer(home, env);
    if (running !== undefined) return running;
    await sleep(lookMs);
  }
  // Somebody else may have started one at the same moment: then ours ended, and theirs will do.
  const other = await findServer(home, env);
  if (other !== undefined) return other;
  throw startFailed(logFile, ended ?? `no answer within ${startMs} ms`, hint('server logs'));
}

/** What the server said when it ended, `error: <what> (<code>)` and `next: <what to do>`, else its last lines. */
export function startFailed(logFile: string, why: string, next: string): CliError {
  const text = readFileSync(logFile, 'utf8').trimEnd();
  const said = /^error: (?<message>.*) \((?<code>[a-z0-9-]+)\)(?:\nnext: (?<next>.*))?$/m.exec(text)?.groups;
  const { message, code, next: saidNext } = said ?? {};
  if (message !== undefined && code !== undefined) return new CliError(code, message, { next: saidNext ?? next });
  return new CliError('server-start-failed', `the server did not start: ${why}`, {
    details: text === '' ? [] : text.split('\n').slice(-20),
    next,
  });
}

/** The server of the home; begun in the background when none runs. */
export async function ensureServer(context: Context, options: StartOptions = {}): Promise<RunningServer> {
  const running = await findServer(context.home, context.env);
  if (running !== undefined) return running;
  context.err.line('starting the server in the background ...');
  return startServer(context, options);
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export function sleep(ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve, ms);
  return promise;
}
