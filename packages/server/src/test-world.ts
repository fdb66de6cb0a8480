/** A whole server with real schedulers and a real store, over HTTP; only the cluster is a small one in memory. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext } from 'node:test';
import { connect, type Client, type RunView } from '@warder/api/client';
import { startServer, type Server } from './start.ts';
import { createTestEngine, type TestEngine } from './test-engine.ts';
import { writeTestPackage } from './test-package.ts';

const folder = mkdtempSync(join(tmpdir(), 'warder-server-'));
after(() => rmSync(folder, { recursive: true }));
export const catalog = join(folder, 'catalog');
writeTestPackage(catalog);

export type World = { readonly home: string; readonly engine: TestEngine };
export const newWorld = (): World => ({ home: mkdtempSync(join(folder, 'home-')), engine: createTestEngine() });

export async function start(
  t: TestContext,
  world: World,
): Promise<{ readonly server: Server; readonly client: Client }> {
  const server = await startServer({
    home: world.home,
    catalog,
    version: '9.9.9',
    openEngine: async () => world.engine,
  });
  t.after(() => server.close());
  const token = readFileSync(join(world.home, 'token'), 'utf8').trim();
  return { server, client: connect({ url: server.url, token }) };
}

/** Ask again until the answer is as it should be. */
export async function until<T>(ask: () => Promise<T>, isRight: (answer: T) => boolean, maxMs = 5_000): Promise<T> {
  const deadlineMs = Date.now() + maxMs;
  for (;;) {
    const answer = await ask();
    if (isRight(answer)) return answer;
    assert.ok(Date.now() < deadlineMs, `still ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export const planOf = (client: Client, plan: string, service = 'demo') =>
  client.get<RunView>(`/service/${encodeURIComponent(service)}/v1/plans/${plan}`);
export const complete = (client: Client, plan: string, service = 'demo') =>
  until(
    () => planOf(client, plan, service),
    ({ status }) => status === 'COMPLETE',
  );

export async function install(client: Client, body: object = {}): Promise<void> {
  await client.post('/v1/services', { package: 'demo', ...body });
}
