import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestServer, runLauncher, type Routes } from '../test-server.ts';

const service = {
  name: 'hello',
  package: 'hello',
  version: '1.0',
  status: 'healthy',
  plans: {},
  pods: {},
  reasons: [],
};

test('an update says how it is to be rolled; what makes no sense is not asked for', async () => {
  const bodies: unknown[] = [];
  const routes: Routes = {
    'GET /v1/services': () => ({ body: [service] }),
    'GET /v1/packages/hello': () => ({ body: { name: 'hello', options: { type: 'object' } } }),
    'PUT /v1/services/hello': ({ body }) => {
      bodies.push((body as { readonly roll?: unknown }).roll);
      return { body: { ok: true, message: 'begun', name: 'hello' } };
    },
  };
  await using server = await openTestServer(routes);
  const update = (...args: readonly string[]) =>
    runLauncher(['package', 'update', 'hello', '--version', '2', '--no-wait', ...args], server);
  for (const args of [
    [],
    ['--parallel', '3'],
    ['--canary'],
    ['--parallel', '2', '--canary', '--soak', '1.5', '--auto-rollback'],
  ]) {
    const ran = await update(...args);
    assert.equal(ran.code, 0, ran.stderr);
  }
  assert.deepEqual(bodies, [
    undefined,
    { parallel: 3 },
    { canary: { soakSeconds: 60, autoRollback: false } },
    { parallel: 2, canary: { soakSeconds: 1.5, autoRollback: true } },
  ]);
  for (const [args, why] of [
    [['--parallel', '0'], /--parallel 0: it must be a whole number from 1 on/],
    [['--parallel', 'all'], /--parallel all: it must be a whole number/],
    [['--soak', '5'], /--soak is for --canary: say both/],
    [['--auto-rollback'], /--auto-rollback is for --canary: say both/],
    [['--canary', '--soak', 'long'], /--soak long: it must be a number of seconds/],
  ] as const) {
    const ran = await update(...args);
    assert.equal(ran.code, 2, ran.stdout);
    assert.match(ran.stderr, why);
  }
  assert.equal(bodies.length, 4);
});
