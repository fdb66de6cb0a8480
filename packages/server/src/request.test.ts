/** What may be asked of a service, looked at first, then done; with a real scheduler and store, over HTTP. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { PodStatus, RunView } from '@warder/api/client';
import { complete, install, newWorld, start, until, type World } from './test-world.ts';

type Seen = { readonly plan: string; readonly hash: string; readonly run: RunView; readonly refusals: string[] };
type Begun = { readonly message: string; readonly runId?: string };

const at = (path: string): string => `/service/demo/v1${path}`;

/** Requests whose bodies are no JSON. */
function rawRequests(world: World, url: string) {
  const token = readFileSync(join(world.home, 'token'), 'utf8').trim();
  return async (method: string, path: string, body?: FormData | Uint8Array<ArrayBuffer>) => {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(new URL(path, url), { method, headers, ...(body === undefined ? {} : { body }) });
    return { status: answer.status, text: await answer.text() };
  };
}

test('a plan is started with parameters, as it was shown or not at all', async (t) => {
  const world = newWorld();
  const { client } = await start(t, world);
  await install(client);
  await complete(client, 'deploy');
  const body = { TO: 'attic' };
  const seen = await client.post<Seen>(at('/plans/backup/start'), body, { query: { dryRun: true } });
  assert.deepEqual([seen.plan, seen.run.params, seen.run.progress], ['backup', body, { done: 0, total: 2 }]);
  assert.equal((await client.get<RunView>(at('/plans/backup'))).id, '', 'nothing was begun');

  await client.put('/v1/services/demo', { options: { count: 3 } });
  await complete(client, 'update');
  const stale = client.post(at('/plans/backup/start'), body, { query: { hash: seen.hash } });
  await assert.rejects(stale, (error: { code: string; status: number; detail: { changed: string[] } }) => {
    assert.deepEqual([error.code, error.status], ['plan-stale', 409]);
    assert.ok(error.detail.changed.includes('the steps'), JSON.stringify(error.detail));
    return true;
  });
  const again = await client.post<Seen>(at('/plans/backup/start'), body, { query: { dryRun: true } });
  const begun = await client.post<Begun>(at('/plans/backup/start'), body, { query: { hash: again.hash } });
  const run = await complete(client, 'backup');
  assert.deepEqual([run.id, run.params], [begun.runId, body]);

  const bad = client.post(at('/plans/backup/start'), { '1X': 'a' });
  await assert.rejects(bad, { code: 'input-invalid', status: 400 });
  await assert.rejects(client.post(at('/plans/bakcup/start')), { code: 'plan-unknown', status: 404 });
});

test('a configuration, or a plan, is rolled back; what differs is told', async (t) => {
  const { client } = await start(t, newWorld());
  await install(client);
  await complete(client, 'deploy');
  const [first] = await client.get<string[]>(at('/configurations/targetId'));
  await client.put('/v1/services/demo', { options: { greeting: 'bye' } });
  const update = await complete(client, 'update');
  const [second] = await client.get<string[]>(at('/configurations/targetId'));
  assert.equal(update.fromConfigId, first);
  const fields = await client.get<{ path: string }[]>(at(`/configurations/${first}/diff/${second}`));
  assert.ok(
    fields.some(({ path }) => path === 'options.greeting'),
    JSON.stringify(fields),
  );
  const optionsOf = async () => (await client.get<{ options: object }>(at('/configurations/target'))).options;

  const seen = await client.post<Seen>(at('/plans/update/rollback'), undefined, { query: { dryRun: true } });
  assert.deepEqual([seen.plan, seen.refusals], ['update', []]);
  const back = await client.post<Begun>(at('/plans/update/rollback'), undefined, { query: { hash: seen.hash } });
  assert.deepEqual(await optionsOf(), { count: 2, greeting: 'hello' });
  await until(
    () => client.get<RunView>(at(`/runs/${back.runId}`)),
    ({ status }) => status === 'COMPLETE',
  );
  await client.post(at(`/configurations/${second}/rollback`));
  assert.deepEqual(await optionsOf(), { count: 2, greeting: 'bye' });
  const unknown = client.post(at('/configurations/config-999/rollback'));
  await assert.rejects(unknown, { code: 'config-unknown', status: 404 });
});

test('an instance is paused, says so, and is resumed; tasks that it has not are refused', async (t) => {
  const world = newWorld();
  const { client } = await start(t, world);
  await install(client);
  await complete(client, 'deploy');
  const statuses = async () =>
    (await client.get<PodStatus>(at('/pod/status'))).pods[0]?.instances.map(({ tasks }) => tasks[0]?.status);
  const seen = await client.post<Seen>(at('/pod/web-1/pause'), [], { query: { dryRun: true } });
  assert.equal(seen.run.phases[0]?.steps[0]?.work.kind, 'stop');
  const paused = await client.post<{ pod: string; tasks: string[] }>(at('/pod/web-1/pause'), ['server']);
  assert.deepEqual([paused.pod, paused.tasks], ['web-1', ['web-1-server']]);
  await until(statuses, (now) => now?.[1] === 'PAUSED');
  assert.deepEqual(world.engine.running(), ['demo web-0-server']);
  const why = await client.get<{ what: string; next: string }[]>(at('/debug/why'));
  assert.deepEqual(
    why.map(({ what, next }) => [what, next]),
    [['web-1', 'warder demo pod resume web-1']],
  );
  await client.post(at('/pod/web-1/resume'));
  await until(statuses, (now) => now?.[1] === 'RUNNING');
  await assert.rejects(client.post(at('/pod/web-1/pause'), ['sevrer']), { code: 'task-unknown', status: 404 });
  await assert.rejects(client.post(at('/pod/web-1/pause'), { a: 1 }), { code: 'input-invalid', status: 400 });
  await assert.rejects(client.post(at('/pod/web-9/pause')), { code: 'pod-unknown', status: 404 });
});

test('an uninstall can be looked at first', async (t) => {
  const world = newWorld();
  const { client } = await start(t, world);
  await install(client);
  await complete(client, 'deploy');
  const seen = await client.delete<Seen>('/v1/services/demo', { query: { dryRun: true } });
  assert.equal(seen.plan, 'uninstall');
  assert.equal(world.engine.running().length, 2);
  const stale = client.delete('/v1/services/demo', { query: { hash: 'a-b-c' } });
  await assert.rejects(stale, { code: 'plan-stale', status: 409 });
  await client.delete('/v1/services/demo', { query: { hash: seen.hash } });
  await until(
    () => client.get<unknown[]>('/v1/services'),
    (services) => services.length === 0,
  );
});

test('files are kept with a service: small ones, durably, until its end', async (t) => {
  const world = newWorld();
  const first = await start(t, world);
  await install(first.client);
  const raw = rawRequests(world, first.server.url);
  const form = new FormData();
  form.set('file', new Blob(['from a form']), 'any-name');
  assert.equal((await raw('PUT', at('/state/files/notes.txt'), form)).status, 200);
  const bytes = new Uint8Array([0, 255, 10]);
  assert.equal((await raw('PUT', at('/state/files/raw'), bytes)).status, 200);
  assert.equal((await raw('PUT', at('/state/files/big'), new Uint8Array(1025))).status, 413);
  assert.equal((await raw('PUT', at('/state/files/no%20name'), bytes)).status, 400);
  const wrong = new FormData();
  wrong.set('fiel', 'x');
  assert.equal((await raw('PUT', at('/state/files/x'), wrong)).status, 400);
  await complete(first.client, 'deploy');
  await first.server.close();

  const { client, server } = await start(t, world);
  const after = rawRequests(world, server.url);
  assert.deepEqual(await client.get(at('/state/files')), ['notes.txt', 'raw']);
  assert.equal((await after('GET', at('/state/files/notes.txt'))).text, 'from a form');
  const chunks: Uint8Array[] = [];
  for await (const chunk of client.bytes(at('/state/files/raw'))) chunks.push(chunk);
  assert.ok(Buffer.concat(chunks).equals(bytes));
  assert.equal((await after('GET', at('/state/files/nothing'))).status, 404);
  await client.delete('/v1/services/demo');
  await until(
    () => client.get<unknown[]>('/v1/services'),
    (services) => services.length === 0,
  );
  await install(client);
  assert.deepEqual(await client.get(at('/state/files')), []);
});

test('what dcos-commons let be read of its state is here too', async (t) => {
  const world = newWorld();
  const { client, server } = await start(t, world);
  await install(client);
  await complete(client, 'deploy');
  const raw = rawRequests(world, server.url);
  const [uid] = await client.get<string[]>(at('/state/frameworkId'));
  assert.match(uid ?? '', /^[0-9a-f]{32}$/);
  assert.ok((await client.get<string[]>(at('/state/properties'))).includes('deployed'));
  assert.equal(await client.get(at('/state/properties/deployed')), true);
  await assert.rejects(client.get(at('/state/properties/x')), { code: 'property-unknown', status: 404 });
  await assert.rejects(client.put(at('/state/refresh')), { code: 'no-cache', status: 409 });
  assert.deepEqual(await client.get(at('/state/zone/tasks')), {}, 'its agent tells no zone');
  await assert.rejects(client.get(at('/state/zone/tasks/web-0-server')), { code: 'zone-unknown', status: 404 });
  const [target] = await client.get<string[]>(at('/configurations/targetId'));
  assert.equal((await raw('GET', at(`/artifacts/template/${target}/web/server/x`))).status, 404);
  assert.equal((await client.get<RunView>(at('/plan'))).name, 'deploy');
  assert.equal((await raw('POST', at('/plan/continue'))).status, 208, 'it is not paused');
  const statuses = await client.get<Record<string, Record<string, object>>>(at('/debug/taskStatuses?plan=deploy'));
  assert.deepEqual(Object.keys(statuses['deploy']?.['web'] ?? {}), ['web-0:[server]', 'web-1:[server]']);
  await assert.rejects(client.get(at('/debug/plans?plan=nope')), { code: 'part-unknown', status: 404 });
});

test('what an operator says of an agent is refused where the engine cannot do it', async (t) => {
  const { client } = await start(t, newWorld());
  await assert.rejects(client.post('/v1/agents/agent-1/drain'), { code: 'agent-order-refused', status: 409 });
  await assert.rejects(client.post('/v1/agents/agent-x/drain'), { code: 'agent-unknown', status: 404 });
});

test('a spec that needs what the engine cannot do is refused by name; nothing is made or changed', async (t) => {
  const world = newWorld();
  const { client } = await start(t, world);
  const options = { greeting: 'image' };
  const refusal = /^pods\.web\.image needs images, which this engine cannot do/;
  const first = await client.post<Seen>('/v1/services', { package: 'demo', options, dryRun: true });
  assert.match(first.refusals.join(), refusal);
  const refused = { code: 'config-refused', status: 409, message: /pods\.web\.image needs images/ };
  await assert.rejects(install(client, { options }), refused);
  assert.deepEqual([await client.get('/v1/services'), world.engine.launched], [[], []]);

  await install(client);
  await complete(client, 'deploy');
  const update = await client.put<Seen>('/v1/services/demo', { options, dryRun: true });
  assert.match(update.refusals.join(), refusal);
  await assert.rejects(client.put('/v1/services/demo', { options }), refused);
  assert.equal(world.engine.launched.length, 2);
});

test('metrics of a service and of the server, as JSON and as Prometheus reads them', async (t) => {
  const world = newWorld();
  const { client, server } = await start(t, world);
  await install(client);
  await complete(client, 'deploy');
  const raw = rawRequests(world, server.url);
  type Json = { gauges: Record<string, { value: number }>; counters: Record<string, { count: number }> };
  const { gauges, counters } = await client.get<Json>(at('/metrics'));
  assert.deepEqual([gauges['warder_tasks{state="RUNNING"}']?.value, gauges['warder_service_healthy']?.value], [2, 1]);
  assert.equal(counters['warder_actions_total{type="launch"}']?.count, 2);
  assert.equal(counters['warder_requests_total{type="configure"}']?.count, 1);
  assert.ok((counters['warder_decide_seconds_total']?.count ?? 0) > 0);
  const { text } = await raw('GET', '/v1/metrics/prometheus');
  assert.match(text, /^warder_tasks_ready\{service="demo"\} 2$/m);
  assert.match(text, /^warder_http_requests_total\{status="200"\} \d+$/m);
  assert.match(text, /^warder_agent_cpus\{agent="agent-1"\} 64$/m);
  assert.match(text, /^process_resident_memory_bytes \d+$/m);
  assert.match((await raw('GET', at('/metrics/prometheus'))).text, /^# TYPE warder_events_total counter$/m);
  assert.deepEqual(await client.get(at('/debug/detectors')), []);
});

test('a plan with a canary and an approval: who must do what is told, and done', async (t) => {
  const world = newWorld();
  const { client } = await start(t, world);
  await install(client);
  await complete(client, 'deploy');
  await client.post(at('/plans/careful/start'));
  const why = async () => (await client.get<{ what: string; next?: string }[]>(at('/debug/why')))[0];
  const phase = async () => (await client.get<RunView>(at('/plans/careful'))).phases[0];
  assert.deepEqual((await phase())?.canary, { resumed: 0, waits: true });
  assert.equal((await why())?.next, 'warder demo plan resume careful web');
  await client.post(at('/plans/careful/continue?phase=web'));
  await until(phase, (now) => now?.canary?.resumed === 1 && now.canary.waits);
  assert.equal((await phase())?.steps[0]?.status, 'COMPLETE');
  await client.post(at('/plans/careful/continue?phase=web'));
  const asked = await until(why, (now) => now?.next?.includes('approve') === true);
  assert.match(asked?.next ?? '', /^warder demo plan approve careful sure /);
  await client.post(at('/plans/careful/approve'));
  const run = await complete(client, 'careful');
  const [approved] = run.phases[1]?.steps ?? [];
  assert.equal(approved?.approved?.by, 'user');
  assert.ok(run.progress.done === run.progress.total && run.eta === undefined);
});
