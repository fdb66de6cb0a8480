/** Packages from elsewhere than the catalog, as a user of the API installs them. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { PodStatus } from '@warder/api/client';
import type { ServiceSpec } from '@warder/core';
import { complete, newWorld, start, until } from './test-world.ts';

const dcos = {
  'package.json': '{"name": "tiny", "version": "1.0"}',
  'config.json': `{"properties": {
    "service": {"properties": {"name": {"type": "string", "default": "tiny"}}},
    "node": {"properties": {"count": {"type": "integer", "default": 1}, "word": {"type": "string", "default": "x"}}}}}`,
  'marathon.json.mustache': `{"cmd": "./bin/tiny svc.yml", "env": {
    "FRAMEWORK_NAME": "{{service.name}}", "COUNT": "{{node.count}}", "TASKCFG_ALL_WORD": "{{node.word}}"}}`,
  'svc.yml': `name: {{FRAMEWORK_NAME}}
scheduler: {principal: p}
pods:
  node:
    count: {{COUNT}}
    tasks: {main: {goal: RUNNING, cmd: "sleep 1000", cpus: 0.1, memory: 32}}
`,
};

const folderWith = (t: TestContext, files: Readonly<Record<string, string>>): string => {
  const folder = mkdtempSync(join(tmpdir(), 'warder-from-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
};

type Started = { readonly name: string; readonly notices?: readonly string[] };

test('a folder is kept with its service: it may go, the server may start again, updates go on', async (t) => {
  const world = newWorld();
  const { client, server } = await start(t, world);
  const from = folderWith(t, dcos);
  const answer = await client.post<Started>('/v1/services', { from, name: 'prod/tiny' });
  assert.match(answer.notices?.[0] ?? '', /^scheduler\.principal: `principal` has no effect here/);
  await complete(client, 'deploy', 'prod/tiny');
  const [service] = await client.get<readonly { package: string }[]>('/v1/services');
  assert.equal(service?.package, 'tiny@prod/tiny');
  const detail = await client.get<{ options: { properties: object } }>('/v1/packages/tiny%40prod%2Ftiny');
  assert.ok('node' in detail.options.properties);

  rmSync(from, { recursive: true });
  await server.close();
  const again = await start(t, world);
  await again.client.put('/v1/services/prod%2Ftiny', { options: { node: { count: 2 } } });
  await until(
    async () => world.engine.running().length,
    (count) => count === 2,
  );
  const kept = join(world.home, 'packages');
  assert.ok(readdirSync(kept).includes('prod%2Ftiny'));
  await again.client.delete('/v1/services/prod%2Ftiny');
  await until(
    async () => existsSync(join(kept, 'prod%2Ftiny')),
    (isThere) => !isThere,
  );
});

test('a newer folder takes the place of the one that is kept, and only when it is accepted', async (t) => {
  const world = newWorld();
  const { client } = await start(t, world);
  await client.post('/v1/services', { from: folderWith(t, dcos), name: 'tiny' });
  await complete(client, 'deploy', 'tiny');
  const newer = { ...dcos, 'svc.yml': dcos['svc.yml'].replace('sleep 1000', 'sleep 2000') };
  const broken = folderWith(t, { ...newer, 'svc.yml': dcos['svc.yml'].replace('goal', 'gaol') });
  await assert.rejects(client.put('/v1/services/tiny', { from: broken }), { code: 'options-invalid' });
  const other = folderWith(t, { ...newer, 'package.json': '{"name": "other", "version": "1"}' });
  await assert.rejects(client.put('/v1/services/tiny', { from: other }), { code: 'package-unusable', status: 409 });
  await client.put('/v1/services/tiny', { from: folderWith(t, newer) });
  await complete(client, 'update', 'tiny');
  const taskNow = async (): Promise<{ cmd: string; env: Record<string, string> }> => {
    const { spec } = await client.get<{ spec: ServiceSpec }>('/service/tiny/v1/configurations/target');
    return spec.pods[0]?.tasks[0] ?? assert.fail();
  };
  assert.equal((await taskNow()).cmd, 'sleep 2000');
  await client.put('/v1/services/tiny', { options: { node: { word: 'y' } } });
  const { cmd, env } = await taskNow();
  assert.deepEqual([cmd, env], ['sleep 2000', { WORD: 'y' }], 'later updates are made of the newer one');
});

test('code of a package from elsewhere runs, and finds the SDK', async (t) => {
  const world = newWorld();
  const { client } = await start(t, world);
  const from = folderWith(t, {
    'package.yml': 'name: coded\nversion: 1.0.0\ndescription: With code.\n',
    'service.yml': dcos['svc.yml'].replace('{{FRAMEWORK_NAME}}', '{{name}}').replace('{{COUNT}}', '1'),
    'package.json': '{"type": "module"}',
    'src/index.ts': `import { PackageError } from "@warder/sdk";
      export default { endpoints: { which: async () => PackageError.name } };`,
  });
  await client.post('/v1/services', { from, name: 'coded' });
  await complete(client, 'deploy', 'coded');
  assert.match(JSON.stringify(await client.get('/service/coded/v1/endpoints/which')), /PackageError/);
  const again = folderWith(t, {});
  await assert.rejects(client.put('/v1/services/coded', { from: again }), { code: 'package-broken' });
});

test('what cannot be installed leaves nothing behind', async (t) => {
  const world = newWorld();
  const { client } = await start(t, world);
  const from = folderWith(t, dcos);
  const install = (body: object) => client.post('/v1/services', body);
  await assert.rejects(install({ from: 'relative', name: 'a' }), { code: 'package-unusable' });
  await assert.rejects(install({ from: `${from}/none`, name: 'a' }), { code: 'package-unusable' });
  await assert.rejects(install({ from: `${from}/svc.yml`, name: 'a' }), { code: 'package-unusable' });
  await assert.rejects(install({ from }), { code: 'input-invalid' });
  await assert.rejects(install({ from, package: 'demo', name: 'a' }), { code: 'input-invalid' });
  await assert.rejects(install({ from, name: 'a', options: { node: { cuont: 1 } } }), { code: 'options-invalid' });
  const wrong = folderWith(t, { ...dcos, 'svc.yml': dcos['svc.yml'].replace('count: ', 'cuont: ') });
  await assert.rejects(install({ from: wrong, name: 'a' }), (error) => {
    assert.ok(error instanceof Error && 'detail' in error);
    assert.match(JSON.stringify(error.detail), new RegExp(`"file":"${wrong}/svc\\.yml","line":5`), 'it is their file');
    return true;
  });
  const dry = await client.post<{ warnings: readonly string[] }>('/v1/services', { from, name: 'a', dryRun: true });
  assert.match(dry.warnings.join('\n'), /`principal` has no effect/);
  const kept = join(world.home, 'packages');
  assert.deepEqual(readdirSync(kept).toSorted(), ['.staging', 'node_modules']);
  assert.deepEqual(readdirSync(join(kept, '.staging')), []);
  assert.deepEqual(await client.get<PodStatus[]>('/v1/services'), []);
});
