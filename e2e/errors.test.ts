/** Bad input and bad luck: each a clear error with the next step, and nothing half done. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { createHome, until } from './home.ts';
import type { Ran } from './home.ts';
import { leftOf } from './jail.ts';
import { needs } from './skip.ts';

const failed = (ran: Ran, code: number, ...texts: readonly RegExp[]): void => {
  assert.equal(ran.code, code, `${ran.stdout}\n${ran.stderr}`);
  for (const text of texts) assert.match(ran.stderr, text);
  assert.match(ran.stderr, /next: /);
};

test('what a user may get wrong', { timeout: 240_000 }, async (t) => {
  const home = createHome('errors');
  const file = (name: string, text: string): string => {
    const path = join(home.path, name);
    writeFileSync(path, text);
    return path;
  };
  try {
    await home.ok('server', 'start');

    await t.test('an unknown option is told with the nearest one', async () => {
      failed(await home.run('package', 'install', 'hello', '--set', 'hello.cuont=2'), 1, /cuont/, /count/);
    });

    await t.test('an option of the wrong type is told with its line and column', async () => {
      const path = file('wrong.json', '{\n  "hello": {\n    "count": "many"\n  }\n}\n');
      failed(
        await home.run('package', 'install', 'hello', '--options', path),
        1,
        /wrong\.json:3:\d+/,
        /whole number|integer/,
      );
    });

    await t.test('broken YAML is told with its line and column', async () => {
      const folder = join(home.path, 'broken');
      mkdirSync(folder);
      writeFileSync(join(folder, 'package.yml'), 'name: broken\nversion: 1.0.0\ndescription: broken\n');
      writeFileSync(join(folder, 'service.yml'), 'name: {{name}}\npods:\n  node:\n    cuont: 1\n    tasks: [\n');
      const ran = await home.run('package', 'check', folder);
      assert.equal(ran.code, 1);
      assert.match(ran.stdout + ran.stderr, /service\.yml:\d+:\d+/);
    });

    await t.test('nothing was installed by any of it', async () => {
      assert.deepEqual(await home.json('service', 'list'), []);
      assert.deepEqual(leftOf(home.path), []);
    });

    await t.test('an unknown service, package or command', async () => {
      failed(await home.run('hallo', 'plan', 'list'), 3, /hallo/);
      failed(await home.run('package', 'install', 'kafak'), 3, /kafka/);
      failed(await home.run('package', 'instal', 'kafka'), 2, /install/);
    });

    await t.test('a second server on the same home', async () => {
      const program = resolve(import.meta.dirname, '..', 'packages', 'server', 'src', 'main.ts');
      const second = spawnSync(process.execPath, [program, '--home', home.path], { encoding: 'utf8', timeout: 30_000 });
      assert.notEqual(second.status, 0);
      assert.match(second.stderr, /server-running/);
      assert.match(second.stderr, new RegExp(String(home.serverPid())));
    });

    await t.test(
      'a port in use is named where it waits, and nothing starts',
      { skip: needs('java', 'mvn') },
      async () => {
        const single = [
          '--set',
          'controllers.combined=true',
          '--set',
          'controllers.count=1',
          '--set',
          'brokers.count=1',
        ];
        const fixed = createServer();
        const held = Promise.withResolvers<void>();
        fixed.listen(19_092, '127.0.0.1', held.resolve);
        await held.promise;
        try {
          await home.ok('package', 'install', 'kafka', '--yes', '--no-wait', ...single, '--set', 'brokers.port=19092');
          await until('the port is named', async () =>
            /19092/.test(await home.ok('kafka', 'debug', 'why')) ? true : undefined,
          );
          const tasks = await home.json<readonly { readonly state: string }[]>('kafka', 'task', 'list');
          assert.deepEqual(
            tasks.filter(({ state }) => state === 'RUNNING'),
            [],
          );
        } finally {
          fixed.close();
          await home.ok('package', 'uninstall', 'kafka', '--yes');
        }
        assert.deepEqual(leftOf(home.path), []);
      },
    );

    await t.test('a damaged store is not used, and kept', async () => {
      await home.ok('package', 'install', 'hello');
      await home.ok('package', 'uninstall', 'hello', '--yes');
      await home.ok('server', 'stop');
      const store = join(home.path, 'warder.db');
      writeFileSync(store, Buffer.alloc(statSync(store).size, 0x5a));
      failed(await home.run('server', 'start'), 1, /store-corrupt/, /warder\.db/);
      rmSync(store);
      await home.ok('server', 'start');
    });
  } finally {
    await home.end();
  }
});

test('a full disk', { skip: needs('root'), timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'warder-full-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=128m,mode=0700', 'tmpfs', folder]);
  const home = createHome('full', folder);
  try {
    await home.ok('server', 'start');
    await home.ok('package', 'install', 'hello');
    spawnSync('dd', ['if=/dev/zero', `of=${join(folder, 'filler')}`, 'bs=1M']);
    const ran = await home.run('package', 'update', 'hello', '--set', 'hello.count=2');
    assert.notEqual(ran.code, 0);
    assert.match(ran.stderr, /full|no space|disk/i);
    assert.match(ran.stderr, /next: /);
    rmSync(join(folder, 'filler'));
    // What was decided before the disk was full goes on, or nothing was: in both cases the next request is served.
    await until('it goes on', async () => {
      const again = await home.run('package', 'update', 'hello', '--set', 'hello.count=2');
      return again.code === 0 ? true : undefined;
    });
    const tasks = await home.json<readonly { readonly state: string }[]>('hello', 'task', 'list');
    assert.deepEqual(
      tasks.map(({ state }) => state),
      ['RUNNING', 'RUNNING'],
    );
  } finally {
    await home.end();
    execFileSync('umount', [folder]);
    rmSync(folder, { recursive: true, force: true });
  }
});
