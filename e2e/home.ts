/** One Warder home for a test: its commands, its end. Everything through the CLI, as a user has it. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const WARDER = resolve(import.meta.dirname, '..', 'warder');

export type Ran = { readonly code: number; readonly stdout: string; readonly stderr: string };

export type Home = {
  readonly path: string;
  /** Run a command; a code other than 0 is an answer, not an error. */
  readonly run: (...args: readonly string[]) => Promise<Ran>;
  /** Run a command that must succeed. */
  readonly ok: (...args: readonly string[]) => Promise<string>;
  readonly json: <T>(...args: readonly string[]) => Promise<T>;
  readonly serverPid: () => number;
  readonly url: (path: string) => { readonly url: string; readonly headers: Record<string, string> };
  /** Uninstall what is installed, stop the server, remove the folder. */
  readonly end: () => Promise<void>;
};

/** Commands that take longer have failed. */
const COMMAND_MAX_MS = 300_000;

export function createHome(name: string, folder?: string): Home {
  const path = folder ?? mkdtempSync(join(tmpdir(), `warder-${name}-`));
  const run = (...args: readonly string[]): Promise<Ran> => {
    const { promise, resolve: settle, reject } = Promise.withResolvers<Ran>();
    const child = spawn(WARDER, args, {
      env: { ...process.env, NO_COLOR: '1', WARDER_HOME: path },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: COMMAND_MAX_MS,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    // `exit` and not `close`: a server that was started in the background may hold the pipes.
    child.on('exit', (code) => setTimeout(() => settle({ code: code ?? -1, stdout, stderr }), 20));
    return promise;
  };
  const ok = async (...args: readonly string[]): Promise<string> => {
    const ran = await run(...args);
    if (ran.code !== 0) throw new Error(`warder ${args.join(' ')} exited ${ran.code}\n${ran.stdout}\n${ran.stderr}`);
    return ran.stdout;
  };
  const server = (): { pid: number; url: string } => JSON.parse(readFileSync(join(path, 'server.json'), 'utf8'));
  return {
    path,
    run,
    ok,
    json: async (...args) => JSON.parse(await ok(...args, '--json')),
    serverPid: () => server().pid,
    url: (below) => ({
      url: new URL(below, server().url).href,
      headers: { authorization: `Bearer ${readFileSync(join(path, 'token'), 'utf8').trim()}` },
    }),
    end: async () => {
      const services = await run('service', 'list', '--json');
      if (services.code === 0) {
        const list: readonly { readonly name: string }[] = JSON.parse(services.stdout);
        for (const service of list) await run('package', 'uninstall', service.name, '--yes');
      }
      await run('server', 'stop');
      if (folder === undefined) rmSync(path, { recursive: true, force: true });
    },
  };
}

/** Look again until it is so; what was seen last goes into the error. */
export async function until<T>(what: string, look: () => Promise<T | undefined>, maxMs = 60_000): Promise<T> {
  const endMs = Date.now() + maxMs;
  let last: unknown;
  while (Date.now() < endMs) {
    try {
      const seen = await look();
      if (seen !== undefined) return seen;
    } catch (error) {
      last = error;
    }
    await new Promise((done) => setTimeout(done, 250));
  }
  throw new Error(`not within ${maxMs / 1000} s: ${what}`, { cause: last });
}
