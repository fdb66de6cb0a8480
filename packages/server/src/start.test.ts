/** A whole server with real schedulers and a real store, over HTTP; only the cluster is a small one in memory. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test, type TestContext } from 'node:test';
import {
  connect,
  type Client,
  type PodStatus,
  type RunView,
  type ServiceAnswer,
  type TaskView,
} from '@warder/api/client';
import { openSqliteStore } from '@warder/store';
import { startServer, type Server } from './start.ts';
import { createTestEngine, type TestEngine } from './test-engine.ts';
import { writeTestPackage } from './test-package.ts';

const folder = mkdtempSync(join(tmpdir(), 'warder-server-'));
after(() => rmSync(folder, { recursive: true }));
const catalog = join(folder, 'catalog');
writeTestPackage(catalog);

type World = { readonly home: string; readonly engine: TestEngine };
const newWorld = (): World => ({ home: mkdtempSync(join(folder, 'home-')), engine: createTestEngine() });

async function start(t: TestContext, world: World): Promise<{ readonly server: Server; readonly client: Client }> {
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

/** Ask again until the answer is as it should be: at most five seconds. */
async function until<T>(ask: () => Promise<T>, isRight: (answer: T) => boolean): Promise<T> {
  const deadlineMs = Date.now() + 5_000;
  for (;;) {
    const answer = await ask();
    if (isRight(answer)) return answer;
    assert.ok(Date.now() < deadlineMs, `still ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const planOf = (client: Client, plan: string, service = 'demo') =>
  client.get<RunView>(`/service/${encodeURIComponent(service)}/v1/plans/${plan}`);
const complete = (client: Client, plan: string, service = 'demo') =>
  until(
    () => planOf(client, plan, service),
    ({ status }) => status === 'COMPLETE',
  );

async function install(client: Client, body: object = {}): Promise<void> {
  await client.post('/v1/services', { package: 'demo', ...body });
}

test('installs, shows, updates and uninstalls a service', async (t) => {
  const world = newWorld();
  const { client } = await start(t, world);
  const answer = await client.post<{ message: string; name: string; runId: string }>('/v1/services', {
    package: 'demo',
  });
  assert.equal(answer.name, 'demo');
  const run = await complete(client, 'deploy');
  assert.equal(run.id, answer.runId);
  assert.deepEqual(world.engine.running(), ['demo web-0-server', 'demo web-1-server']);

  const [service] = await client.get<ServiceAnswer[]>('/v1/services');
  assert.deepEqual(
    [service?.name, service?.package, service?.version, service?.status, service?.plans['deploy'], service?.pods],
    ['demo', 'demo', '1.0.0', 'healthy', 'COMPLETE', { web: 2 }],
  );
  assert.equal((await client.get<{ status: string }>('/service/demo/v1/health')).status, 'healthy');
  assert.deepEqual(await client.get('/service/demo/v1/debug/why'), []);

  const again = client.post('/v1/services', { package: 'demo' });
  await assert.rejects(again, { code: 'service-exists', status: 409, message: 'demo is installed already' });

  await client.put('/v1/services/demo', { options: { greeting: 'bye' } });
  await complete(client, 'update');
  const target = await client.get<{ given: object; options: object }>('/service/demo/v1/configurations/target');
  assert.deepEqual([target.given, target.options], [{ greeting: 'bye' }, { greeting: 'bye', count: 2 }]);
  assert.equal(world.engine.launched.length, 4, 'both were launched once more');
  await client.put('/v1/services/demo', { options: { count: 3 } });
  await until(
    async () => world.engine.running().length,
    (count) => count === 3,
  );
  const merged = await client.get<{ given: object }>('/service/demo/v1/configurations/target');
  assert.deepEqual(merged.given, { greeting: 'bye', count: 3 });

  await client.delete('/v1/services/demo');
  await until(
    () => client.get<unknown[]>('/v1/services'),
    (services) => services.length === 0,
  );
  assert.deepEqual(world.engine.running(), []);
  await assert.rejects(planOf(client, 'deploy'), { code: 'service-unknown', status: 404 });
});

test('a dry run changes nothing and says what would be done; its hash runs exactly that or nothing', async (t) => {
  const world = newWorld();
  const { client } = await start(t, world);
  type Dry = { plan: string; hash: string; run: RunView; diff: { path: string }[] };
  const first = await client.post<Dry>('/v1/services', { package: 'demo', dryRun: true });
  assert.equal(first.plan, 'deploy');
  assert.deepEqual(
    first.run.phases.map(({ name, steps }) => [name, steps.length]),
    [['web', 2]],
  );
  assert.deepEqual(await client.get('/v1/services'), []);
  assert.deepEqual(world.engine.launched, []);

  await install(client);
  await complete(client, 'deploy');
  const dry = await client.put<Dry>('/v1/services/demo', { options: { greeting: 'a' }, dryRun: true });
  assert.equal(dry.plan, 'update');
  assert.ok(
    dry.diff.some(({ path }) => path.includes('greeting')),
    JSON.stringify(dry.diff),
  );
  const wrong = client.put('/v1/services/demo', { options: { greeting: 'b' }, hash: dry.hash });
  await assert.rejects(wrong, { code: 'plan-stale', status: 409 });
  await client.put('/v1/services/demo', { options: { greeting: 'a' }, hash: dry.hash });
  await complete(client, 'update');
});

test('wrong options, versions, packages and names are refused, and nothing is half done', async (t) => {
  const world = newWorld();
  const { client } = await start(t, world);
  const refused = (body: object, error: object) => assert.rejects(client.post('/v1/services', body), error);
  await refused({ package: 'demo', options: { count: 'many' } }, { code: 'options-invalid', status: 400 });
  await refused({ package: 'demo', options: { cuont: 1 } }, { code: 'options-invalid', status: 400 });
  await refused({ package: 'demo', version: '3.0.0' }, { code: 'options-invalid', status: 400 });
  await refused({ package: 'demo', name: 'Not__Good' }, { code: 'options-invalid', status: 400 });
  await refused(
    { package: 'demo', options: { greeting: 'throw' } },
    { code: 'options-invalid', message: /no such greeting/ },
  );
  await refused({ package: 'dem' }, { code: 'package-unknown', status: 404, next: /did you mean demo/ });
  assert.deepEqual(await client.get('/v1/services'), []);
  assert.deepEqual(world.engine.launched, []);
});

test('two installs of one name at the same moment: one of them wins', async (t) => {
  const { client } = await start(t, newWorld());
  const results = await Promise.allSettled([install(client), install(client), install(client)]);
  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
  await complete(client, 'deploy');
});

test('names with folders are encoded in paths', async (t) => {
  const { client } = await start(t, newWorld());
  await install(client, { name: 'prod/demo', options: { count: 1 } });
  await install(client, { name: 'prod/demo2', options: { count: 1 } });
  await complete(client, 'deploy', 'prod/demo');
  const pods = await client.get<PodStatus>('/service/prod%2Fdemo/v1/pod/status');
  assert.equal(pods.service, 'prod/demo');
  assert.equal(pods.pods[0]?.instances.length, 1);
});

test('tasks: list, logs, files, exec, endpoints', async (t) => {
  const { client } = await start(t, newWorld());
  await install(client);
  await complete(client, 'deploy');
  const tasks = await client.get<TaskView[]>('/service/demo/v1/tasks');
  assert.deepEqual(
    tasks.map(({ name, state }) => `${name} ${state}`),
    ['web-0-server RUNNING', 'web-1-server RUNNING'],
  );
  const [task] = tasks;
  assert.ok(task !== undefined);
  for (const name of [task.name, task.id]) {
    const chunks = await Array.fromAsync(client.bytes(`/service/demo/v1/tasks/${name}/logs`));
    assert.equal(Buffer.concat(chunks).toString(), 'hello from web-0-server\n');
  }
  let lines = 0;
  for await (const chunk of client.bytes('/service/demo/v1/tasks/web-1-server/logs', { query: { follow: true } })) {
    lines += Buffer.from(chunk).toString().split('\n').length - 1;
    if (lines >= 3) break;
  }
  const exec = await client.post('/service/demo/v1/tasks/web-0-server/exec', { command: ['ls', '-l'] });
  assert.deepEqual(exec, { exitCode: 0, stdout: 'web-0-server: ls -l', stderr: '' });
  await assert.rejects(client.post('/service/demo/v1/tasks/web-0-server/exec', { command: [] }), {
    code: 'input-invalid',
  });
  const lost = client.bytes('/service/demo/v1/tasks/web-9-server/logs')[Symbol.asyncIterator]().next();
  await assert.rejects(lost, { code: 'task-unknown', status: 404, next: /web-0-server/ });

  assert.deepEqual(await client.get('/service/demo/v1/endpoints'), ['http', 'bootstrap']);
  assert.equal(await client.get('/service/demo/v1/endpoints/bootstrap'), 'demo says hello');
  const http = await client.get<{ address: string[] }>('/service/demo/v1/endpoints/http');
  assert.deepEqual(
    http.address,
    tasks.map(({ address, ports }) => `${address}:${ports['http']}`),
  );
});

test('the routes of a package', async (t) => {
  const { client } = await start(t, newWorld());
  await install(client, { options: { count: 1 } });
  const at = (path: string) => `/service/demo/v1${path}`;
  assert.deepEqual(await client.get(at('/topics'), { query: { prefix: 'x' } }), ['x', 'a']);
  assert.deepEqual(await client.get(at('/topics/a%2Fb%20c')), { topic: 'a/b c' });
  assert.equal(await client.get(at('/topics/first')), 'first');
  assert.deepEqual(await client.post(at('/topics'), { n: 1 }), { body: { n: 1 }, version: '1.0.0' });
  await assert.rejects(client.delete(at('/topics/a')), {
    code: 'topic-used',
    status: 423,
    message: 'topic a is in use',
  });
  await assert.rejects(client.put(at('/topics'), {}), { code: 'method-unknown', status: 405 });
  await assert.rejects(client.get(at('/topics'), { query: { perfix: 'x' } }), {
    code: 'input-invalid',
    next: /prefix/,
  });
  await assert.rejects(client.get(at('/broken')), { code: 'unexpected', status: 500, message: 'oops' });
  await assert.rejects(client.get(at('/nothing/here')), { code: 'route-unknown', status: 404 });
});

test('pods: restart and replace ask their gates, and force passes them', async (t) => {
  const world = newWorld();
  const { client } = await start(t, world);
  await install(client);
  await complete(client, 'deploy');
  process.env['DEMO_GATE'] = 'closed';
  t.after(() => delete process.env['DEMO_GATE']);
  for (const verb of ['restart', 'replace']) {
    const path = `/service/demo/v1/pod/web-0/${verb}`;
    const error = { code: 'gate-closed', status: 409, next: new RegExp(`pod ${verb} web-0 --force`) };
    await assert.rejects(client.post(path), error, verb);
  }
  assert.equal(world.engine.launched.length, 2);
  const forced = await client.post<{ pod: string; tasks: string[]; runId: string }>(
    '/service/demo/v1/pod/web-0/restart?force=true',
  );
  assert.deepEqual([forced.pod, forced.tasks], ['web-0', ['web-0-server']]);
  await complete(client, forced.runId);
  assert.equal(world.engine.launched.length, 3);
  await assert.rejects(client.post('/service/demo/v1/pod/web-7/restart'), { code: 'pod-unknown', status: 404 });
});

test('plans: pause, what waits and why, resume, and asking twice', async (t) => {
  const world = newWorld();
  const { client } = await start(t, world);
  await install(client);
  await complete(client, 'deploy');
  process.env['DEMO_GATE'] = 'closed';
  t.after(() => delete process.env['DEMO_GATE']);
  await client.put('/v1/services/demo', { options: { greeting: 'x' } });
  type Why = { what: string; reason: string; next: string };
  const why = await until(
    () => client.get<Why[]>('/service/demo/v1/debug/why'),
    (items) => items.some(({ reason }) => reason.includes('the demo gate is closed')),
  );
  assert.match(why[0]?.what ?? '', /^update \/ web \/ web-0/);
  assert.equal((await client.get<{ status: string }>('/service/demo/v1/health')).status, 'deploying');

  await client.post('/service/demo/v1/plans/update/interrupt?reason=lunch');
  const paused = await planOf(client, 'update');
  assert.equal(paused.paused?.reason, 'lunch');
  await client.post('/service/demo/v1/plans/update/interrupt');
  delete process.env['DEMO_GATE'];
  await client.post('/service/demo/v1/plans/update/continue');
  await complete(client, 'update');
  await assert.rejects(client.post('/service/demo/v1/plans/updaet/continue'), { code: 'plan-unknown', status: 404 });
  const lone = client.post('/service/demo/v1/plans/update/restart?step=web-0');
  await assert.rejects(lone, { code: 'input-invalid', status: 400 });
});

test('events tell what changes, and resume where they were', async (t) => {
  const { client } = await start(t, newWorld());
  const stop = new AbortController();
  const paths = new Set<string>();
  const watching = (async () => {
    for await (const { event, data } of client.events('/v1/events', { signal: stop.signal })) {
      assert.equal(event, 'change');
      const { service, path } = Object(data);
      paths.add(`${service}: ${path}`);
      if (path === 'task/web-0/server') stop.abort();
    }
  })();
  await new Promise((resolve) => setTimeout(resolve, 50));
  await install(client, { options: { count: 1 } });
  await watching;
  assert.ok(
    [...paths].some((path) => path.startsWith('demo: run/run-')),
    [...paths].join(),
  );
});

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
