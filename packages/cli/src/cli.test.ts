/** The real launcher against a server that speaks the contract: what is printed, and the exit codes. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { testRun, testStep } from './test-run.ts';
import { launcher, openTestServer, refusal, runLauncher, type Routes } from './test-server.ts';

const service = {
  name: 'hello',
  package: 'hello',
  packageVersion: '1',
  version: '1.0',
  status: 'healthy',
  reasons: [],
  plans: { deploy: 'COMPLETE' },
  pods: { hello: 1 },
  createdMs: 0,
};
const complete = testRun([testStep(0, { status: 'COMPLETE' })], { status: 'COMPLETE', endedMs: 600_000 });
const base = '/service/hello/v1';
const routes: Routes = {
  'GET /v1/services': () => ({ body: [service] }),
  [`GET ${base}/plans`]: () => ({ body: ['deploy'] }),
  [`GET ${base}/plans/deploy`]: () => ({ body: complete }),
  [`GET ${base}/runs/run-1`]: () => ({ body: complete }),
  'GET /v1/agents': () => ({ body: [{ offer: { agentId: 'agent-0' } }] }),
  [`GET ${base}/configurations`]: () => ({ body: ['config-1'] }),
  [`GET ${base}/pod`]: () => ({ body: ['hello-0'] }),
  [`POST ${base}/pod/hello-0/restart`]: ({ query }) =>
    query['force'] === 'true'
      ? { body: { pod: 'hello-0', tasks: [], message: 'hello-0 restarts', runId: 'run-1' } }
      : refusal(409, 'gate-closed', 'hello-0 cannot be restarted now: a peer is away', ['a peer is away']),
  [`POST ${base}/tasks/hello-0-server/exec`]: ({ body }) => ({
    body: { exitCode: 7, stdout: JSON.stringify(body), stderr: 'oops\n' },
  }),
  [`GET ${base}/tasks/hello-0-server/logs`]: () => (response) => response.end('hello world\n'),
};

test('a read command prints for people, and with --json the answer itself', async () => {
  await using server = await openTestServer(routes);
  const { home } = server;
  const listed = await runLauncher(['service', 'list'], { home });
  assert.match(listed.stdout, /^NAME +PACKAGE[^\n]+\nhello +hello +1\.0 +healthy +deploy COMPLETE/);
  assert.equal(listed.code, 0);
  const json = await runLauncher(['service', 'list', '--json'], { home });
  assert.deepEqual(JSON.parse(json.stdout), [service]);
  const tree = await runLauncher(['hello', 'plan', 'show', 'deploy'], { home });
  assert.match(tree.stdout, /^deploy \(serial strategy\) \(COMPLETE\).*\n└─ node/);
  const raw = await runLauncher(['hello', 'plan', 'show', 'deploy', '--json'], { home });
  assert.deepEqual(JSON.parse(raw.stdout), JSON.parse(JSON.stringify(complete)));
});

test('a closed gate refuses with exit 4 and its reason; forced it goes on and says the risk', async () => {
  await using server = await openTestServer(routes);
  const refused = await runLauncher(['hello', 'pod', 'restart', 'hello-0'], { home: server.home });
  assert.equal(refused.code, 4);
  assert.match(
    refused.stderr,
    /^error: hello-0 cannot be restarted now: a peer is away \(gate-closed\)\nnext: .*--force/,
  );
  const forced = await runLauncher(['hello', 'pod', 'restart', 'hello-0', '--force', '--wait'], { home: server.home });
  assert.equal(forced.code, 0);
  assert.match(forced.stderr, /warning: --force/);
  assert.match(forced.stdout, /deploy {2}COMPLETE/);
});

test('exec hands over the words after -- and ends as the command did', async () => {
  await using server = await openTestServer(routes);
  const words = ['hello', 'task', 'exec', 'hello-0-server', '--', 'ls', '-l', '--json'];
  const { code, stdout, stderr } = await runLauncher(words, { home: server.home });
  assert.equal(code, 7);
  assert.deepEqual(JSON.parse(stdout), { command: ['ls', '-l', '--json'], timeoutMs: 60_000 });
  assert.equal(stderr, 'oops\n');
});

test('logs are streamed as they are', async () => {
  await using server = await openTestServer(routes);
  const { stdout } = await runLauncher(['hello', 'task', 'logs', 'hello-0-server'], { home: server.home });
  assert.equal(stdout, 'hello world\n');
  assert.deepEqual(server.asked.at(-1)?.query, { stream: 'stdout', tail: '65536' });
});

test('a second install says that it is there, and how to change it', async () => {
  await using server = await openTestServer({
    ...routes,
    'GET /v1/server': () => ({ body: { pid: 1, engine: { kind: 'local', capabilities: {} } } }),
    'GET /v1/services': () => ({ body: [{ ...service, name: 'kafka', package: 'kafka' }] }),
  });
  const { code, stdout } = await runLauncher(['package', 'install', 'kafka'], { home: server.home });
  assert.equal(code, 0);
  assert.match(stdout, /^kafka is installed/);
  assert.match(stdout, /package update kafka --set/);
  assert.ok(server.asked.every(({ method }) => method === 'GET'));
});

test('unknown words suggest the nearest and exit 2 or 3', async () => {
  await using server = await openTestServer(routes);
  const { home } = server;
  const noun = await runLauncher(['servise', 'list'], { home });
  assert.deepEqual([noun.code, /next: \S*warder service list/.test(noun.stderr)], [2, true]);
  const verb = await runLauncher(['service', 'lsit'], { home });
  assert.deepEqual([verb.code, /next: \S*warder service list/.test(verb.stderr)], [2, true]);
  const name = await runLauncher(['helo', 'plan', 'list'], { home });
  assert.deepEqual([name.code, /next: \S*warder hello plan list/.test(name.stderr)], [3, true]);
  const missing = await runLauncher(['plan', 'list'], { home });
  assert.equal(missing.code, 2);
  assert.match(missing.stderr, /needs the name of a service/);
});

test('no server: exit 3 and how to start one; also when server.json was left behind', async () => {
  const home = mkdtempSync(join(tmpdir(), 'warder-cli-'));
  try {
    const never = await runLauncher(['service', 'list'], { home });
    assert.equal(never.code, 3);
    assert.match(never.stderr, /\(server-not-running\)\nnext: \S*warder server start\n$/);
    const left = { pid: 1, startTime: '0', url: 'http://127.0.0.1:1', version: '0' };
    writeFileSync(join(home, 'server.json'), JSON.stringify(left));
    const stale = await runLauncher(['server', 'status', '--json'], { home });
    assert.equal(stale.code, 3);
    assert.deepEqual(JSON.parse(stale.stdout), { running: false, home });
    // Somebody else has the port of a server that was killed, and the home still has its token.
    const asked: (string | undefined)[] = [];
    const stranger = createServer((request, response) => {
      asked.push(request.headers.authorization);
      response.end('{}');
    });
    const listening = Promise.withResolvers<void>();
    stranger.listen(0, '127.0.0.1', listening.resolve);
    await listening.promise;
    const address = stranger.address();
    const url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
    writeFileSync(join(home, 'server.json'), JSON.stringify({ ...left, pid: process.pid, url }));
    writeFileSync(join(home, 'token'), 'secret');
    const taken = await runLauncher(['service', 'list'], { home });
    stranger.close();
    assert.deepEqual([taken.code, asked], [3, []]);
  } finally {
    rmSync(home, { recursive: true });
  }
});

test('a wrong token is an error, and no token is printed', async () => {
  await using server = await openTestServer(routes);
  writeFileSync(join(server.home, 'token'), 'another');
  const { code, stderr } = await runLauncher(['service', 'list'], { home: server.home });
  assert.equal(code, 1);
  assert.match(stderr, /token-wrong/);
  assert.doesNotMatch(stderr, /another/);
});

test('help needs no server; exit codes are in it', async () => {
  const help = await runLauncher(['--help']);
  assert.equal(help.code, 0);
  assert.match(help.stdout, /Exit codes:\n {2}0 +done/);
  const verb = await runLauncher(['package', 'install', '--help']);
  assert.match(verb.stdout, /--dry-run/);
  assert.equal((await runLauncher([])).code, 0);
});

test('the launcher works through a chain of links, from any folder', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'warder-link-'));
  try {
    symlinkSync(launcher, join(folder, 'first'));
    symlinkSync('first', join(folder, 'second'));
    const { code, stdout } = await runLauncher(['--version'], { command: join(folder, 'second') });
    assert.equal(code, 0);
    assert.match(stdout, /^warder \d+\.\d+\.\d+ \(node 2[6-9]/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('completion offers commands, services and what a service has', async () => {
  await using server = await openTestServer(routes);
  const offered = async (...words: readonly string[]): Promise<readonly string[]> => {
    const { stdout } = await runLauncher(['complete', '--', ...words], { home: server.home });
    return stdout.split('\n').map((line) => line.split('\t')[0] ?? '');
  };
  assert.ok((await offered('')).includes('package'));
  assert.ok((await offered('')).includes('hello'));
  assert.deepEqual((await offered('hello', 'plan', 'show', '')).slice(0, 1), ['deploy']);
  assert.deepEqual((await offered('hello', 'pod', 'restart', '')).slice(0, 1), ['hello-0']);
  assert.deepEqual((await offered('agent', 'drain', '')).slice(0, 1), ['agent-0']);
  assert.deepEqual((await offered('hello', 'config', 'diff', 'config-1', '')).slice(0, 1), ['config-1']);
  assert.ok((await offered('package', 'install', '--dr')).includes('--dry-run'));
  assert.match((await runLauncher(['complete', 'bash'])).stdout, /complete -F/);
});

test('package check says what is wrong and where, and needs no server', async () => {
  const right = await runLauncher(['package', 'check', join(import.meta.dirname, '../../../services/hello')]);
  assert.deepEqual([right.code, right.stderr], [0, '']);
  const folder = mkdtempSync(join(tmpdir(), 'warder-check-'));
  try {
    const file = join(folder, 'svc.yml');
    writeFileSync(file, 'name: {{NAME}}\npods:\n  a:\n    count: two\n');
    const wrong = await runLauncher(['package', 'check', file]);
    assert.equal(wrong.code, 1);
    assert.match(wrong.stdout, /svc\.yml:1:7: `NAME` has no value/);
    assert.match(wrong.stdout, /svc\.yml:4:12: pods\.a\.count: expected a whole number, got `two`/);
    writeFileSync(join(folder, 'env'), 'NAME=x\n');
    const better = await runLauncher(['package', 'check', file, '--env', join(folder, 'env')]);
    assert.doesNotMatch(better.stdout, /NAME/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('wrong options are told with their place before anything is begun', async () => {
  const home = mkdtempSync(join(tmpdir(), 'warder-cli-'));
  try {
    const file = join(home, 'options.json');
    writeFileSync(file, '{\n  "brokers": { "count": "many" },\n  "brokres": {}\n}\n');
    const { code, stderr } = await runLauncher(['package', 'install', 'kafka', '--options', file], { home });
    assert.equal(code, 1);
    assert.match(stderr, /options\.json:2:25: brokers\.count: expected/);
    assert.match(stderr, /options\.json:3:3: brokres: there is no such option/);
    const set = await runLauncher(['package', 'install', 'kafka', '--set', 'brokers.cuont=3'], { home });
    assert.match(set.stderr, /there is no option `brokers\.cuont` \(unknown-key\)\n {4}next: .*brokers\.count/);
  } finally {
    rmSync(home, { recursive: true });
  }
});

test('what a package needs and the machine lacks is told before anything is begun', async () => {
  const home = mkdtempSync(join(tmpdir(), 'warder-cli-'));
  try {
    const args = [join(import.meta.dirname, 'main.ts'), 'package', 'install', 'kafka', '--yes'];
    const { code, stderr } = await runLauncher(args, {
      home,
      command: process.execPath,
      env: { PATH: '/nonexistent' },
    });
    assert.equal(code, 1);
    assert.match(stderr, /missing on this machine: Java 17 or later, Maven.* \(requirement-missing\)/);
    assert.match(stderr, /without Java 17 or later: its tasks cannot start/);
    assert.deepEqual(readdirSync(home), []);
  } finally {
    rmSync(home, { recursive: true });
  }
});
