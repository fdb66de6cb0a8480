import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testRun, testStep } from '../test-run.ts';
import { openTestServer, refusal, runLauncher } from '../test-server.ts';

test('an uninstall says what it left behind, also when its run is gone with the service', async () => {
  const leftBehind = ['web-1 on agent-2, which cannot be reached'];
  const run = testRun([testStep(0)], { name: 'uninstall', leftBehind });
  const service = {
    name: 'hello',
    package: 'hello',
    version: '1',
    status: 'healthy',
    plans: {},
    pods: {},
    reasons: [],
  };
  let looks = 0;
  let isThere = true;
  await using server = await openTestServer({
    'GET /v1/services': () => ({ body: isThere ? [service] : [] }),
    'DELETE /v1/services/hello': () => ({ status: 202, body: { message: 'uninstall has begun', runId: 'run-1' } }),
    'GET /service/hello/v1/runs/run-1': () => {
      looks++;
      if (looks === 1) return { body: run };
      isThere = false;
      return refusal(404, 'service-unknown', 'there is no service hello');
    },
  });
  const { code, stdout, stderr } = await runLauncher(['package', 'uninstall', 'hello', '--yes'], server);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /\nhello is gone\n$/);
  assert.match(stderr, /^left behind: web-1 on agent-2, which cannot be reached$/m);
});
