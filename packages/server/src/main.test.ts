/** The program as a process: how it starts, refuses to start, ends, and comes back after `kill -9`. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test, type TestContext } from 'node:test';
import { connect, type Client, type RunView, type TaskView } from '@warder/api/client';

const main = join(import.meta.dirname, 'main.ts');
const catalog = resolve(import.meta.dirname, '../../../services');
const folder = mkdtempSync(join(tmpdir(), 'warder-main-'));
after(() => rmSync(folder, { recursive: true }));
const newHome = (): string => mkdtempSync(join(folder, 'home-'));

type Program = {
  readonly child: ChildProcess;
  readonly output: () => string;
  /** The exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
};

function run(t: TestContext, ...args: readonly string[]): Program {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const { promise, resolve: end } = Promise.withResolvers<number | string>();
  child.on('close', (code, signal) => end(code ?? signal ?? ''));
  t.after(async () => {
    child.kill('SIGTERM');
    await promise;
  });
  return { child, output: () => output, ended: promise };
}

/** Until the server answers; it is the same process as the program that was started. */
async function listening(program: Program, home: string): Promise<Client> {
  await until(() => program.output().includes('listening at'), program.output);
  const { url, pid } = JSON.parse(readFileSync(join(home, 'server.json'), 'utf8'));
  assert.equal(pid, program.child.pid);
  return connect({ url, token: readFileSync(join(home, 'token'), 'utf8').trim() });
}

async function until(isSo: () => boolean | Promise<boolean>, what: () => string): Promise<void> {
  const deadlineMs = Date.now() + 30_000;
  while (!(await isSo())) {
    assert.ok(Date.now() < deadlineMs, what());
    await new Promise((done) => setTimeout(done, 30));
  }
}

test('one server for a home; SIGTERM ends it in order', async (t) => {
  const home = newHome();
  const first = run(t, '--home', home);
  const client = await listening(first, home);
  const { url } = await client.get<{ url: string }>('/v1/server');

  const second = run(t, '--home', home);
  assert.equal(await second.ended, 1);
  assert.match(
    second.output(),
    new RegExp(
      `^error: a server \\(pid ${first.child.pid}\\) runs already for .* at ${url} \\(server-running\\)$`,
      'm',
    ),
  );
  assert.match(second.output(), /^next: .*warder server stop/m);
  assert.ok(existsSync(join(home, 'server.json')));

  first.child.kill('SIGTERM');
  assert.equal(await first.ended, 0);
  assert.equal(existsSync(join(home, 'server.json')), false);
  assert.equal(existsSync(join(home, 'lock')), false);
  assert.equal(first.output().split('\n').length, 2, 'it says where it listens, and nothing else');
});

test('wrong flags, a home that is no folder, and a damaged store end with what to do', async (t) => {
  const wrong = run(t, '--agents', 'many');
  assert.equal(await wrong.ended, 1);
  assert.match(
    wrong.output(),
    /^error: --agents is a whole number from 1 to 100, not many \(usage\)\nnext: main\.ts --home/,
  );
  const unknown = run(t, '--prot', '1');
  assert.equal(await unknown.ended, 1);
  assert.match(unknown.output(), /--prot.*\(usage\)/);

  const file = join(folder, 'a-file');
  writeFileSync(file, '');
  const noHome = run(t, '--home', file);
  assert.equal(await noHome.ended, 1);
  assert.match(noHome.output(), /\(home-unusable\)\nnext: /);

  const home = newHome();
  writeFileSync(join(home, 'warder.db'), 'not a database '.repeat(1000));
  const damaged = run(t, '--home', home);
  assert.equal(await damaged.ended, 1);
  assert.match(
    damaged.output(),
    /^error: .*warder\.db is damaged .*a copy of it is kept in .*\(store-corrupt\)\nnext: there is no backup/,
  );
});

test('hello on the local engine: the task outlives a server that is killed, and is the same to the next one', async (t) => {
  if (process.platform !== 'linux') return t.skip('needs Linux: the local engine runs tasks there');
  const home = newHome();
  const options = ['--home', home, '--catalog', catalog];
  const first = run(t, ...options);
  const client = await listening(first, home);
  await client.post('/v1/services', { package: 'hello' });
  await until(
    async () => (await client.get<RunView>('/service/hello/v1/plans/deploy')).status === 'COMPLETE',
    () => readFileSync(join(home, 'logs', 'server.log'), 'utf8'),
  );
  const [before] = await client.get<TaskView[]>('/service/hello/v1/tasks');
  first.child.kill('SIGKILL');
  await first.ended;

  const second = run(t, ...options);
  const again = await listening(second, home);
  const [now] = await again.get<TaskView[]>('/service/hello/v1/tasks');
  assert.deepEqual([now?.id, now?.state, now?.startedMs], [before?.id, 'RUNNING', before?.startedMs]);
  const logs = Buffer.concat(await Array.fromAsync(again.bytes('/service/hello/v1/tasks/hello-0-server/logs')));
  assert.equal(logs.toString(), 'hello from hello-0-server\n');

  await again.delete('/v1/services/hello');
  await until(
    async () => (await again.get<unknown[]>('/v1/services')).length === 0,
    () => readFileSync(join(home, 'logs', 'server.log'), 'utf8'),
  );
  const { memory } = await again.get<{ memory: { rssBytes: number } }>('/v1/server');
  // It is the lean program, and not one with a heap as large as the machine allows; what it takes is measured by the bench.
  assert.ok(memory.rssBytes < 160 * 1024 * 1024, `${memory.rssBytes} bytes`);
});
