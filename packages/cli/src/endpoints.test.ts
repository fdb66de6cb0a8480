import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestServer, runLauncher } from './test-server.ts';

test('an endpoint as a properties file: one of them, by its name', async () => {
  await using server = await openTestServer({
    'GET /v1/services': () => ({ body: [{ name: 'kafka', package: 'kafka' }] }),
    'GET /service/kafka/v1/endpoints/kafka': () => ({
      body: { 'bootstrap.servers': '10.0.0.1:1,10.0.0.2:1', 'security.protocol': 'PLAINTEXT' },
    }),
  });
  const printed = await runLauncher(['kafka', 'endpoints', 'kafka', '--properties'], { home: server.home });
  assert.equal(
    printed.stdout,
    'bootstrap.servers=10.0.0.1:1,10.0.0.2:1\nsecurity.protocol=PLAINTEXT\n',
    printed.stderr,
  );
  const nameless = await runLauncher(['kafka', 'endpoints', '--properties'], { home: server.home });
  assert.equal(nameless.code, 2);
  assert.match(nameless.stderr, /--properties is for one endpoint \(usage\)\nnext: .*kafka endpoints/);
});
