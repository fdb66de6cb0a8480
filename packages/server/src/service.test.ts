/** Services as a user of the API sees them. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { PodStatus, RunView, ServiceAnswer, TaskView } from '@warder/api/client';
import { closeGate, openGate } from './test-package.ts';
import { catalog, complete, install, newWorld, planOf, start, until } from './test-world.ts';

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
  assert.equal(service?.webUrl, 'http://demo.example');
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
  await refused(
    { package: 'demo', options: { greeting: 'rude' } },
    { code: 'demo-greeting', status: 400, next: 'be kind' },
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
  const missing = { code: 'engine-file-missing', status: 404, message: 'web-0-server has no file or folder a/b' };
  for (const path of ['files', 'file']) {
    const asked = client.get(`/service/demo/v1/tasks/web-0-server/${path}`, { query: { path: 'a/b' } });
    await assert.rejects(asked, { ...missing, next: 'see what is there: warder demo task ls web-0-server a' });
  }
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
  await assert.rejects(client.delete(at('/topics/a')), { next: 'see: warder demo --help' });
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
  closeGate(catalog);
  t.after(() => openGate(catalog));
  const closed = { code: 'gate-closed', status: 409, next: /pod replace web-0 --force/ };
  await assert.rejects(client.post('/service/demo/v1/pod/web-0/replace'), closed);
  const waits = await client.post<{ runId: string }>('/service/demo/v1/pod/web-1/restart');
  assert.equal((await planOf(client, waits.runId)).status, 'WAITING', 'a restart waits at its gates');
  await client.post(`/service/demo/v1/plans/${waits.runId}/stop`);
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
  const { client, server } = await start(t, world);
  await install(client);
  await complete(client, 'deploy');
  closeGate(catalog);
  t.after(() => openGate(catalog));
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
  openGate(catalog);
  await client.post('/service/demo/v1/plans/update/continue');
  await complete(client, 'update');
  const late = await fetch(`${server.url}/service/demo/v1/plans/update/interrupt`, {
    method: 'POST',
    headers: { authorization: `Bearer ${readFileSync(server.home.token, 'utf8').trim()}` },
  });
  assert.equal(late.status, 208);
  const { id } = await planOf(client, 'update');
  assert.deepEqual(await late.json(), { ok: true, message: `${id} has ended: COMPLETE` });
  assert.equal((await planOf(client, 'update')).paused, undefined);
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
