/** The launcher with a server that it starts itself: a service from install to uninstall, as a person would do it. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { runLauncher, type Outcome } from './test-server.ts';

type Warder = (...args: readonly string[]) => Promise<Outcome>;

function makeHome(t: TestContext): { readonly home: string; readonly warder: Warder } {
  const home = mkdtempSync(join(tmpdir(), 'warder-real-'));
  const warder: Warder = (...args) => runLauncher(args, { home });
  t.after(async () => {
    await warder('package', 'uninstall', 'hello', '--yes');
    await warder('server', 'stop');
    rmSync(home, { recursive: true, force: true });
  });
  return { home, warder };
}

const serverPid = (home: string): number => {
  const { pid }: { pid: number } = JSON.parse(readFileSync(join(home, 'server.json'), 'utf8'));
  return pid;
};

test('install, look, update, uninstall', { timeout: 120_000 }, async (t) => {
  const { home, warder } = makeHome(t);
  const installed = await warder('package', 'install', 'hello');
  assert.equal(installed.code, 0, installed.stderr);
  assert.match(installed.stderr, /^starting the server in the background/);
  assert.match(installed.stdout, /deploy {2}COMPLETE.*\nhello is ready\.\n$/);
  assert.match((await warder('package', 'install', 'hello')).stdout, /^hello is installed/);

  assert.match((await warder('hello', 'pod', 'status')).stdout, /hello-0-server \(RUNNING\)/);
  assert.equal((await warder('hello', 'task', 'exec', 'hello-0-server', '--', 'sh', '-c', 'exit 5')).code, 5);
  assert.match((await warder('hello', 'task', 'logs', 'hello-0-server')).stdout, /hello from hello-0-server/);

  for (const verb of ['cat', 'ls']) {
    const missing = await warder('hello', 'task', verb, 'hello-0-server', 'no/such');
    assert.deepEqual([missing.code, missing.stdout], [3, '']);
    assert.match(missing.stderr, /^error: hello-0-server has no file or folder no\/such \(engine-file-missing\)\n/);
    assert.match(missing.stderr, /next: .*task ls hello-0-server no\n$/);
  }
  assert.doesNotMatch(readFileSync(join(home, 'logs', 'server.log'), 'utf8'), /a request failed/);

  const change = ['package', 'update', 'hello', '--set', 'hello.greeting=hi'];
  const dryRun = await warder(...change, '--dry-run');
  assert.match(dryRun.stdout, /hello-0:\[server\]: restarted\n.*GREETING: hello -> hi/);
  assert.equal((await warder(...change, '--approve', '0000')).code, 4);
  assert.equal((await warder(...change)).code, 0);
  assert.match((await warder('hello', 'plan', 'show', 'update')).stdout, /options\.hello\.greeting: hello -> hi/);

  const gone = await warder('package', 'uninstall', 'hello', '--yes');
  assert.deepEqual([gone.code, gone.stdout.endsWith('hello is gone\n')], [0, true]);
  assert.equal((await warder('hello', 'plan', 'list')).code, 3);
  const stopped = await warder('server', 'stop');
  assert.equal(stopped.code, 0);
  assert.equal(existsSync(join(home, 'server.json')), false);
  assert.equal((await warder('server', 'status')).code, 3);
});

test('a watch goes on when the server is killed and started again', { timeout: 120_000 }, async (t) => {
  const { home, warder } = makeHome(t);
  const waits = await warder('package', 'install', 'hello', '--set', 'hello.memory=4000000', '--no-wait');
  assert.equal(waits.code, 0, waits.stderr);
  assert.match((await warder('hello', 'debug', 'why')).stdout, /needs 4000000 MiB memory/);
  const shown = Promise.withResolvers<void>();
  const noticed = Promise.withResolvers<void>();
  const onOutput = (text: string): void => {
    shown.resolve();
    if (text.includes('the server does not answer')) noticed.resolve();
  };
  const watch = runLauncher(['hello', 'plan', 'show', 'deploy', '--watch'], { home, onOutput });
  await shown.promise;
  process.kill(serverPid(home), 'SIGKILL');
  assert.equal((await warder('server', 'status')).code, 3);
  await noticed.promise;
  assert.equal((await warder('server', 'start')).code, 0);
  assert.equal((await warder('hello', 'plan', 'cancel', 'deploy')).code, 0);
  const { code, stdout, stderr } = await watch;
  assert.match(stderr, /the server does not answer.*\nthe server is back\n/);
  assert.equal(code, 1);
  assert.match(stdout, /deploy {2}CANCELLED/);
});
