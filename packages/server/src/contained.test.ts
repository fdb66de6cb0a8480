/** A package whose code blocks its thread, in a whole server: its step says so, and everybody else goes on. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { connect, type RunView } from '@warder/api/client';
import { startServer } from './start.ts';
import { createTestEngine } from './test-engine.ts';
import { writeTestPackage } from './test-package.ts';
import { complete, planOf, until } from './test-world.ts';

const SERVICE = `
name: {{name}}
scheduler:
  user: nobody
pods:
  web:
    count: 1
    gates:
      start: [spins]
    tasks:
      server:
        goal: RUNNING
        cmd: exec sleep 1000
        cpus: 0.1
        memory: 32
`;

function writeUnruly(catalog: string): void {
  const folder = join(catalog, 'unruly');
  mkdirSync(join(folder, 'src'), { recursive: true });
  writeFileSync(join(folder, 'package.yml'), 'name: unruly\nversion: 0.1.0\ndescription: For this test.\n');
  writeFileSync(join(folder, 'service.yml'), SERVICE);
  writeFileSync(join(folder, 'src', 'index.ts'), 'export default { gates: { spins: async () => { for (;;); } } };\n');
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
}

test('a gate that spins waits with that as its reason; the server answers, and other services deploy', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'warder-contained-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const catalog = join(folder, 'catalog');
  writeTestPackage(catalog);
  writeUnruly(catalog);
  const home = join(folder, 'home');
  const server = await startServer({ home, catalog, version: '9.9.9', openEngine: async () => createTestEngine() });
  t.after(() => server.close());
  const client = connect({ url: server.url, token: readFileSync(join(home, 'token'), 'utf8').trim() });
  await client.post('/v1/services', { package: 'unruly' });
  await client.post('/v1/services', { package: 'demo' });
  await complete(client, 'deploy');
  const reasonOf = (run: RunView): string => run.phases[0]?.steps[0]?.message ?? '';
  const run = await until(
    () => planOf(client, 'deploy', 'unruly'),
    (seen) => reasonOf(seen).includes('blocked its thread'),
    20_000,
  );
  assert.match(reasonOf(run), /gate spins failed: blocked its thread for 5 s/);
});
