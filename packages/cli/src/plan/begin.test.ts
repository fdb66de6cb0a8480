/** The real launcher against a server that speaks the contract: what begins a run, looked at first. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testRun, testStep } from '../test-run.ts';
import { openTestServer, refusal, runLauncher, type Routes } from '../test-server.ts';

const base = '/service/hello/v1';
const service = {
  name: 'hello',
  package: 'hello',
  version: '1.0',
  status: 'healthy',
  plans: {},
  pods: {},
  reasons: [],
};
const seen = (plan: string) => ({
  name: 'hello',
  plan,
  hash: 'a-b-c',
  diff: [],
  run: testRun([testStep(0)], { name: plan }),
  refusals: [],
  warnings: [],
  estimate: { ms: 90_000, how: 'the median of earlier steps' },
});

/** A dry run where it is asked for; refused when another hash is approved. */
const begins =
  (plan: string): Routes[string] =>
  ({ query }) => {
    if (query['dryRun'] === 'true') return { body: seen(plan) };
    if (query['hash'] !== undefined && query['hash'] !== 'a-b-c') {
      const message = `the dry run ${query['hash']} does not hold any more: the steps changed; it would be a-b-c now`;
      return refusal(409, 'plan-stale', message, { changed: ['the steps'], hash: 'a-b-c' });
    }
    return { body: { ok: true, message: `${plan} has begun`, runId: 'run-1' } };
  };

const routes: Routes = {
  'GET /v1/services': () => ({ body: [service] }),
  [`POST ${base}/plans/backup/start`]: begins('backup'),
  [`POST ${base}/plans/update/rollback`]: begins('update'),
  [`POST ${base}/configurations/config-1/rollback`]: begins('update'),
  [`POST ${base}/pod/hello-0/pause`]: begins('pause'),
  [`POST ${base}/pod/hello-0/restart`]: begins('restart'),
  'DELETE /v1/services/hello': begins('uninstall'),
};

test('plan start: parameters, a dry run, and that dry run or nothing', async () => {
  await using server = await openTestServer(routes);
  const warder = (...args: readonly string[]) => runLauncher(['hello', 'plan', 'start', ...args], server);
  const dry = await warder('backup', '-p', 'TO=the attic', '--params', 'KEEP=a=b', '--dry-run');
  assert.equal(dry.code, 0, dry.stderr);
  assert.match(dry.stdout, /would do 1 step\n/);
  assert.match(dry.stdout, /It takes about 1m 30s: the median of earlier steps\./);
  assert.match(
    dry.stdout,
    /Begin it: \S+ hello plan start backup -p 'TO=the attic' --params KEEP=a=b --approve a-b-c\n$/,
  );
  assert.deepEqual(server.asked.at(-1)?.body, { TO: 'the attic', KEEP: 'a=b' });
  assert.deepEqual(server.asked.at(-1)?.query, { dryRun: 'true' });

  const begun = await warder('backup', '--approve', 'a-b-c');
  assert.match(begun.stdout, /^backup has begun\nwatch it: /);
  assert.deepEqual([server.asked.at(-1)?.query, server.asked.at(-1)?.body], [{ hash: 'a-b-c' }, {}]);

  const stale = await warder('backup', '--approve', 'x-y-z');
  assert.equal(stale.code, 4);
  assert.match(stale.stderr, /^error: the dry run x-y-z .*the steps changed; it would be a-b-c now \(plan-stale\)\n/);
  assert.match(stale.stderr, /next: look at it as it would be now: \S+ hello plan start backup --dry-run\n$/);

  const wrong = await warder('backup', '-p', '1X=2');
  assert.deepEqual([wrong.code, /1X=2 is no parameter/.test(wrong.stderr)], [2, true]);
});

test('everything that begins a run can be looked at first', async () => {
  await using server = await openTestServer(routes);
  const lines: readonly (readonly string[])[] = [
    ['hello', 'plan', 'rollback', 'update'],
    ['hello', 'config', 'rollback', 'config-1'],
    ['hello', 'pod', 'pause', 'hello-0', '--tasks', 'server,sidecar'],
    ['hello', 'pod', 'restart', 'hello-0'],
    ['package', 'uninstall', 'hello'],
  ];
  for (const line of lines) {
    const shown = await runLauncher([...line, '--dry-run'], server);
    assert.equal(shown.code, 0, shown.stderr);
    assert.ok(shown.stdout.endsWith(` ${line.join(' ')} --approve a-b-c\n`), shown.stdout);
    const json = await runLauncher([...line, '--dry-run', '--json'], server);
    assert.equal(JSON.parse(json.stdout).hash, 'a-b-c');
  }
  assert.ok(server.asked.every(({ method, query }) => method === 'GET' || query['dryRun'] === 'true'));
  const paused = server.asked.filter(({ path }) => path.endsWith('/pause'));
  assert.deepEqual(paused[0]?.body, ['server', 'sidecar']);
});
