/** How a server starts, starts again, and refuses to. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ServiceAnswer, TaskView } from '@warder/api/client';
import { openSqliteStore } from '@warder/store';
import { startServer } from './start.ts';
import { catalog, complete, install, newWorld, planOf, start, until } from './test-world.ts';

test('a server that is started again goes on: nothing is launched twice', async (t) => {
  const world = newWorld();
  const first = await start(t, world);
  await install(first.client);
  await complete(first.client, 'deploy');
  await first.server.close();
  assert.equal(existsSync(join(world.home, 'server.json')), false);
  assert.equal(world.engine.running().length, 2, 'tasks go on');

  const second = await start(t, world);
  assert.equal((await complete(second.client, 'deploy')).status, 'COMPLETE');
  const tasks = await second.client.get<TaskView[]>('/service/demo/v1/tasks');
  assert.ok(tasks.every(({ state }) => state === 'RUNNING'));
  assert.equal(world.engine.launched.length, 2);
  await second.client.delete('/v1/services/demo');
  await until(
    () => second.client.get<unknown[]>('/v1/services'),
    (services) => services.length === 0,
  );
});

test('one service that cannot be opened does not stop the others, and says why', async (t) => {
  const world = newWorld();
  const first = await start(t, world);
  await install(first.client, { name: 'a' });
  await install(first.client, { name: 'b' });
  await complete(first.client, 'deploy', 'b');
  await first.server.close();
  const store = await openSqliteStore({ file: join(world.home, 'warder.db') });
  const [record] = await store.load('service/a/service');
  await store.commit([{ path: 'service/a/service', value: { ...Object(record?.value), packageName: 'gone' } }]);
  await store.close();

  const { client } = await start(t, world);
  const services = await client.get<ServiceAnswer[]>('/v1/services');
  assert.deepEqual(
    services.map(({ name, status, error }) => [name, status, error?.code]),
    [
      ['a', 'failed', 'package-unknown'],
      ['b', 'healthy', undefined],
    ],
  );
  await assert.rejects(client.get('/service/a/v1/plans'), { code: 'package-unknown', status: 503 });
  assert.equal((await planOf(client, 'deploy', 'b')).status, 'COMPLETE');

  await client.delete('/v1/services/a');
  await until(
    () => client.get<ServiceAnswer[]>('/v1/services'),
    (left) => left.length === 1,
  );
  assert.deepEqual(world.engine.running(), ['b web-0-server', 'b web-1-server'], 'it can still be uninstalled');
});

test('an install that was cut off before anything began is dropped', async (t) => {
  const world = newWorld();
  await (await start(t, world)).server.close();
  const store = await openSqliteStore({ file: join(world.home, 'warder.db') });
  const half = { name: 'half', uid: '0'.repeat(32), packageName: 'demo', targetConfigId: '', nextId: 1 };
  await store.commit([{ path: 'service/half/service', value: half }]);
  await store.close();
  const { client } = await start(t, world);
  assert.deepEqual(await client.get('/v1/services'), []);
  await install(client, { name: 'half' });
});

test('the home: modes, token, server.json, one server only', async (t) => {
  const world = newWorld();
  const home = join(world.home, 'deep', 'home');
  const { server } = await start(t, { ...world, home });
  assert.equal(statSync(home).mode & 0o777, 0o700);
  for (const file of ['token', 'server.json', 'warder.db', 'lock', 'logs/server.log']) {
    assert.equal(statSync(join(home, file)).mode & 0o777, 0o600, file);
  }
  const { pid, startTime, url, version } = JSON.parse(readFileSync(join(home, 'server.json'), 'utf8'));
  assert.deepEqual([pid, url, version, typeof startTime], [process.pid, server.url, '9.9.9', 'string']);
  const token = readFileSync(join(home, 'token'), 'utf8');
  assert.ok(!readFileSync(join(home, 'logs', 'server.log'), 'utf8').includes(token.trim()));

  const second = startServer({ home, catalog, version: '1', openEngine: async () => world.engine });
  await assert.rejects(second, { code: 'server-running', message: new RegExp(server.url) });
  assert.ok(existsSync(join(home, 'server.json')), 'the first one is untouched');

  await server.close();
  const third = await start(t, { ...world, home });
  assert.equal(readFileSync(join(home, 'token'), 'utf8'), token, 'the token stays');
  await third.client.post('/v1/server/stop');
  await third.server.closed;
  assert.equal(existsSync(join(home, 'lock')), false);
  await assert.rejects(third.client.get('/v1/server'), { code: 'server-unreachable', status: 0 });
});

test('a port in use and a corrupt store are clear errors that leave nothing behind', async (t) => {
  const world = newWorld();
  const { server } = await start(t, world);
  const port = Number(new URL(server.url).port);
  const other = newWorld();
  const options = { home: other.home, catalog, version: '1', openEngine: async () => other.engine };
  await assert.rejects(startServer({ ...options, port }), { code: 'port-unusable', message: new RegExp(`${port}`) });
  assert.equal(existsSync(join(other.home, 'lock')), false);

  writeFileSync(join(other.home, 'warder.db'), 'this is no database '.repeat(1000));
  rmSync(join(other.home, 'warder.db-wal'), { force: true });
  await assert.rejects(startServer(options), { code: 'store-corrupt', message: /warder\.db\.corrupt-/ });
  assert.equal(existsSync(join(other.home, 'server.json')), false);
});
