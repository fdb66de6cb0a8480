/** For tests: a server that speaks the REST contract, with a home that points at it, and the real launcher. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processStart } from '@warder/api/process-start';
import { readBody } from './api/http.ts';

export type Asked = {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** The body as it came. */
  readonly bytes: Buffer;
};

/** An answer in JSON, or a function that writes one itself. */
export type Reply = { readonly status?: number; readonly body: unknown } | ((response: ServerResponse) => void);

export type Routes = Readonly<Record<string, (asked: Asked) => Reply>>;

export type TestServer = AsyncDisposable & {
  readonly home: string;
  /** Every request, in order, as `GET /v1/services`. */
  readonly asked: Asked[];
};

const token = 'secret-of-the-test';

/** Routes by `GET /v1/services`; anything else is answered 404 as the API does for an unknown service. */
export async function openTestServer(routes: Routes): Promise<TestServer> {
  const home = mkdtempSync(join(tmpdir(), 'warder-cli-'));
  const asked: Asked[] = [];
  const server = createServer((request, response) => void answer(request, response, routes, asked));
  const listening = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', () => listening.resolve());
  await listening.promise;
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const file = {
    pid: process.pid,
    startTime: processStart(process.pid),
    url: `http://127.0.0.1:${port}`,
    version: '0.0.0',
  };
  writeFileSync(join(home, 'server.json'), JSON.stringify(file));
  writeFileSync(join(home, 'token'), `${token}\n`, { mode: 0o600 });
  return {
    home,
    asked,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      rmSync(home, { recursive: true });
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  routes: Routes,
  asked: Asked[],
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://test');
  const bytes = await readBody(request);
  const isJson = request.headers['content-type'] === 'application/json';
  const got: Asked = {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    body: isJson ? JSON.parse(bytes.toString()) : undefined,
    bytes,
  };
  asked.push(got);
  const reply =
    request.headers.authorization === `Bearer ${token}`
      ? (routes[`${got.method} ${got.path}`]?.(got) ?? refusal(404, 'service-unknown', `nothing at ${got.path}`))
      : refusal(401, 'token-wrong', 'the token is wrong');
  if (typeof reply === 'function') {
    reply(response);
    return;
  }
  response.writeHead(reply.status ?? 200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(reply.body));
}

export function refusal(status: number, code: string, message: string, detail?: unknown): Reply {
  return { status, body: { error: { code, message, next: 'warder service list', detail } } };
}

export type Outcome = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

export const launcher = join(import.meta.dirname, '..', '..', '..', 'warder');

/** The real launcher, as a person would call it. */
export function runLauncher(
  args: readonly string[],
  options: {
    readonly home?: string;
    readonly env?: NodeJS.ProcessEnv;
    readonly command?: string;
    /** Called with each thing that it prints. */
    readonly onOutput?: (text: string) => void;
  } = {},
): Promise<Outcome> {
  const env: NodeJS.ProcessEnv = { ...process.env, NO_COLOR: '1', ...options.env };
  if (options.home !== undefined) env['WARDER_HOME'] = options.home;
  const child = spawn(options.command ?? launcher, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    options.onOutput?.(chunk.toString());
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
    options.onOutput?.(chunk.toString());
  });
  const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
  child.on('error', reject);
  child.on('close', (code) => resolve({ code, stdout, stderr }));
  return promise;
}
