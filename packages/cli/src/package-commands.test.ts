import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { PackageCommand } from '@warder/scheduler';
import { openApi } from './api/client.ts';
import type { ServiceContext } from './command.ts';
import { openTerminal } from './output/terminal.ts';
import { runPackageCommand } from './package-commands.ts';
import { openTestServer, type TestServer } from './test-server.ts';

const create: PackageCommand = {
  path: ['topic', 'create'],
  summary: 'create a topic',
  args: [{ name: 'topic', summary: 'its name' }],
  options: [{ flags: '-p, --partitions <n>', summary: 'how many', default: '1' }],
  request: ({ args, options }) => ({
    method: 'POST',
    path: `/topics/${args[0]}`,
    query: { dry: 'no' },
    body: { partitions: Number(options['partitions']) },
  }),
  render: (answer) => `created ${JSON.stringify(answer)}`,
};
const upgrade: PackageCommand = {
  path: ['upgrade'],
  summary: 'to another version',
  args: [],
  options: [{ flags: '--to <version>', summary: 'which' }],
  start: ({ options }) => ({ plan: 'upgrade', params: { to: String(options['to']) } }),
};
const list: PackageCommand = { ...create, path: ['topic', 'list'], summary: 'all topics', args: [] };

function contextFor(server: TestServer): { readonly context: ServiceContext; readonly text: () => string } {
  let text = '';
  const out = openTerminal({ write: (more) => (text += more) }, {});
  const context: ServiceContext = {
    home: server.home,
    env: {},
    out,
    err: out,
    input: process.stdin,
    signal: new AbortController().signal,
    api: () => openApi(server.home, {}),
    hint: (words) => `warder ${words}`,
    service: 'kafka',
    path: (rest) => `/service/kafka/v1${rest}`,
  };
  return { context, text: () => text };
}

test('a command of a package makes its request, and renders the answer or prints it as it is', async () => {
  await using server = await openTestServer({
    'POST /service/kafka/v1/topics/orders': ({ body }) => ({ body }),
  });
  const { context, text } = contextFor(server);
  assert.equal(await runPackageCommand([create, list], ['topic', 'create', 'orders', '-p', '3'], context), 0);
  assert.equal(text(), 'created {"partitions":3}\n');
  assert.deepEqual(server.asked[0]?.query, { dry: 'no' });
  await runPackageCommand([create, list], ['topic', 'create', 'orders', '--json'], context);
  assert.match(text(), /\{\n {2}"partitions": 1\n\}\n$/);
});

test('a command that starts a plan has a dry run and its approval, as `plan start` has', async () => {
  await using server = await openTestServer({
    'POST /service/kafka/v1/plans/upgrade/start': () => ({
      body: { ok: true, message: 'upgrade has begun', runId: 'run-7' },
    }),
  });
  const { context, text } = contextFor(server);
  assert.equal(await runPackageCommand([upgrade], ['upgrade', '--to', '4.4.0', '--approve', 'abc'], context), 0);
  assert.match(text(), /upgrade has begun\nwatch it: warder kafka plan show run-7 --watch/);
  assert.deepEqual(server.asked[0]?.body, { to: '4.4.0' });
  assert.deepEqual(server.asked[0]?.query, { hash: 'abc' });
});

test('an option that names a file gives its text; a file that cannot be read is told before anything is asked', async () => {
  await using server = await openTestServer({
    'POST /service/kafka/v1/plans/topics/start': () => ({ body: { ok: true, message: 'begun', runId: 'run-8' } }),
  });
  const apply: PackageCommand = {
    path: ['topic', 'apply'],
    summary: 'as declared',
    args: [],
    options: [{ flags: '-f, --from-file <file>', summary: 'which', file: true }],
    start: ({ options, files }) => ({
      plan: 'topics',
      params: { FILE: files?.['fromFile'] ?? '', NAME: String(options['fromFile']) },
    }),
  };
  const { context } = contextFor(server);
  const file = join(server.home, 'topics.yml');
  writeFileSync(file, 'topics: {}\n');
  assert.equal(await runPackageCommand([apply], ['topic', 'apply', '-f', file], context), 0);
  assert.deepEqual(server.asked[0]?.body, { FILE: 'topics: {}\n', NAME: file });
  await assert.rejects(runPackageCommand([apply], ['topic', 'apply', '-f', `${file}.not`], context), {
    code: 'file-unreadable',
    message: /no such file/,
  });
  assert.equal(server.asked.length, 1);
});

test('its noun alone shows its verbs; an unknown verb suggests the nearest', async () => {
  await using server = await openTestServer({});
  const { context, text } = contextFor(server);
  assert.equal(await runPackageCommand([create, list], ['topic'], context), 0);
  assert.match(text(), /topic create +create a topic\n +topic list +all topics/);
  await assert.rejects(runPackageCommand([create, list], ['topic', 'lsit'], context), {
    exit: 2,
    next: 'warder kafka topic list --help',
  });
  await assert.rejects(runPackageCommand([create, list], ['topics', 'list'], context), {
    exit: 2,
    next: 'warder kafka topic --help',
  });
  assert.equal(server.asked.length, 0);
});
