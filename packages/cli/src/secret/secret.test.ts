import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { launcher, openTestServer, refusal, runLauncher, type Outcome, type Routes } from '../test-server.ts';

const secret = {
  path: 'hello/a',
  version: 2,
  sizeBytes: 5,
  createdMs: 0,
  updatedMs: 0,
  services: ['hello'],
};
const routes: Routes = {
  'GET /v1/secrets': () => ({ body: [secret] }),
  'PUT /v1/secrets/hello%2Fa': () => ({ body: secret }),
  'DELETE /v1/secrets/hello%2Fa': ({ query }) =>
    query['force'] === 'true'
      ? { body: { ok: true, message: 'hello/a is deleted' } }
      : refusal(409, 'secret-used', 'hello/a is not deleted'),
  'GET /v1/tls/ca': () => ({ body: { certificate: '-----BEGIN CERTIFICATE-----\n' } }),
};

async function piped(home: string, words: readonly string[], value: Buffer): Promise<Outcome> {
  const child = spawn(launcher, words, { env: { ...process.env, NO_COLOR: '1', WARDER_HOME: home } });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => void (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => void (stderr += chunk.toString()));
  child.stdin.end(value);
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, stdout, stderr };
}

test('a value goes from standard input or a file to the server, byte by byte, and is not printed', async () => {
  await using server = await openTestServer(routes);
  const value = Buffer.from([0xff, 0, 0x0a, 0x68, 0x75, 0x73, 0x68]);
  const outcome = await piped(server.home, ['secret', 'put', 'hello/a'], value);
  assert.equal(outcome.code, 0, outcome.stderr);
  assert.match(outcome.stdout, /^hello\/a is put \(version 2, 5 B\)\ntasks of hello have it from their next launch on/);
  assert.equal(outcome.stdout.includes('hush'), false);
  const file = join(server.home, 'value');
  writeFileSync(file, value);
  assert.equal((await runLauncher(['secret', 'put', 'hello/a', '--file', file], { home: server.home })).code, 0);
  assert.deepEqual(
    server.asked.map((asked) => asked.bytes),
    [value, value],
  );
});

test('a value is no argument, and a file that is not there is named', async () => {
  await using server = await openTestServer(routes);
  const argument = await runLauncher(['secret', 'put', 'hello/a', 'hush'], { home: server.home });
  assert.equal(argument.code, 2);
  const absent = await runLauncher(['secret', 'put', 'hello/a', '-f', '/nowhere/value'], { home: server.home });
  assert.equal(absent.code, 1);
  assert.match(absent.stderr, /nowhere\/value.* \(secret-unreadable\)/);
  assert.deepEqual(server.asked, []);
});

test('secrets are listed without values, and deleted by force where services name them', async () => {
  await using server = await openTestServer(routes);
  const run = (...words: string[]) => runLauncher(words, { home: server.home });
  assert.match((await run('secret', 'list')).stdout, /^PATH .*\nhello\/a +2 +5 B .* hello$/m);
  const refused = await run('secret', 'delete', 'hello/a');
  assert.equal(refused.code, 4);
  assert.match(refused.stderr, /secret-used/);
  assert.equal((await run('secret', 'delete', 'hello/a', '--force')).stdout, 'hello/a is deleted\n');
});

test('the certificate to trust is printed as it is', async () => {
  await using server = await openTestServer(routes);
  assert.equal((await runLauncher(['tls', 'ca'], { home: server.home })).stdout, '-----BEGIN CERTIFICATE-----\n');
});

test('on a terminal the value is asked for and not shown', async (t) => {
  if (spawnSync('script', ['--version']).error !== undefined) return t.skip('needs script (bsdutils)');
  await using server = await openTestServer(routes);
  const child = spawn('script', ['-qec', `${launcher} secret put hello/a`, '/dev/null'], {
    env: { ...process.env, NO_COLOR: '1', WARDER_HOME: server.home },
  });
  let shown = '';
  child.stdout.on('data', (chunk: Buffer) => {
    shown += chunk.toString();
    if (shown.includes('then Enter:') && child.stdin.writable) child.stdin.end('hush\r');
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  assert.equal(code, 0, shown);
  assert.equal(shown.includes('hush'), false, shown);
  assert.equal(server.asked[0]?.bytes.toString(), 'hush');
});
