/** What a spec may ask of an engine beyond processes with limits, seen from inside real jails. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createHome, until } from './home.ts';
import { leftOf, memoryLimitOf } from './jail.ts';
import { install } from './service.ts';
import { needs } from './skip.ts';

const skip = needs('root', 'runc');

test('features of the spec language in real jails', { timeout: 300_000, skip }, async (t) => {
  const home = createHome('features');
  const folder = mkdtempSync(join(tmpdir(), 'warder-given-'));
  const secret = 'nobody may read this 7f3a';
  try {
    writeFileSync(join(folder, 'given'), 'given by the host\n');
    await home.ok('server', 'start', '--agents', '1');

    await t.test('what the engine cannot do is refused by name, and nothing is installed', async () => {
      const from = join(import.meta.dirname, 'packages', 'features');
      const ran = await home.run(
        'package',
        'install',
        '--from',
        from,
        '--name',
        'features',
        '--set',
        `folder=${folder}`,
        '--set',
        'image=nginx:latest',
      );
      assert.notEqual(ran.code, 0);
      assert.match(ran.stderr, /images/);
      assert.match(ran.stderr, /pods\.all\.image/);
      assert.deepEqual(await home.json('service', 'list'), []);
    });

    const service = await install(home, 'features', 'features', `folder=${folder}`);

    await t.test('a launch waits for its secrets, and says which and how to give them', async () => {
      const run = await until('it waits', async () => {
        const now = await service.plan('deploy');
        return now.phases[0]?.steps[0]?.message.includes('features/both') === true ? now : undefined;
      });
      assert.match(run.phases[0]?.steps[0]?.message ?? '', /features\/plain/);
      for (const name of ['both', 'plain']) {
        const file = join(folder, `${name}.txt`);
        writeFileSync(file, secret);
        await home.ok('secret', 'put', `features/${name}`, '--file', file);
        rmSync(file);
      }
      await service.reaches('deploy', 'COMPLETE');
    });

    const inside = async (task: string, ...command: readonly string[]): Promise<string> =>
      (await service.ok('task', 'exec', task, '--', ...command)).trim();

    await t.test('secrets are in the environment and in files, and nowhere on a disk', async () => {
      assert.deepEqual(await service.lines('all-0-first', 'common/env'), [secret]);
      assert.deepEqual(await service.lines('all-0-first', 'common/file'), [secret]);
      assert.match(await inside('all-0-first', 'stat', '-f', '-c', '%T', 'secrets/word'), /^(ramfs|tmpfs)$/);
      // What the task itself has written into its volume is its own affair.
      const found = filesBelow(home.path).filter(
        (path) => !path.includes('/volumes/') && readFileSync(path).includes(secret),
      );
      assert.deepEqual(found, []);
    });

    await t.test('tasks of an instance share its volume, and see each other', async () => {
      assert.deepEqual(await service.lines('all-0-second', 'common/host'), ['given by the host']);
      assert.match(
        await inside('all-0-second', 'sh', '-c', 'cat /proc/*/cmdline | tr "\\0" " "'),
        /sleep 1000000.*sleep 1000000/s,
      );
    });

    await t.test('shared memory and limits are what the spec says', async () => {
      const [line = ''] = await service.lines('all-0-first', 'common/shm');
      assert.equal(line.split(/\s+/)[1], '32');
      const { id } = await service.task('all-0-second');
      assert.equal(memoryLimitOf(home.path, id), 64 * 1024 * 1024);
    });

    await t.test('tasks find each other by name, and by the prefix of their discovery', async () => {
      const host = await inside('all-0-second', 'sh', '-c', 'echo $FRAMEWORK_HOST');
      const address = await inside('all-0-second', 'getent', 'hosts', `all-0-first.${host}`);
      const alias = await inside('all-0-second', 'getent', 'hosts', `first-0.${host}`);
      assert.equal(alias.split(/\s+/)[0], address.split(/\s+/)[0]);
    });

    await t.test('a port is chosen from its ranges', async () => {
      const port = Number(await inside('all-0-first', 'sh', '-c', 'echo $WEB_PORT'));
      assert.ok(port >= 31_000 && port <= 32_000, String(port));
    });

    await t.test('certificates are there, fresh with each launch, signed by the authority of this home', async () => {
      const read = (name: string): Promise<string> => inside('all-0-first', 'cat', name);
      const ca = await home.ok('tls', 'ca');
      assert.equal((await read('tls.ca')).trim(), ca.trim());
      const subject = await inside(
        'all-0-first',
        'openssl',
        'x509',
        '-in',
        'tls.crt',
        '-noout',
        '-subject',
        '-ext',
        'subjectAltName',
      );
      assert.match(subject, /all-0-first/);
      assert.equal(await inside('all-0-first', 'openssl', 'verify', '-CAfile', 'tls.ca', 'tls.crt'), 'tls.crt: OK');
      const before = await read('tls.crt');
      await service.ok('pod', 'restart', 'all-0');
      await service.reaches('restart', 'COMPLETE');
      assert.notEqual(await read('tls.crt'), before);
      const keys = await inside(
        'all-0-first',
        'keytool',
        '-list',
        '-keystore',
        'store.keystore',
        '-storepass',
        'notsecure',
      );
      assert.match(keys, /PrivateKeyEntry/);
    });

    await t.test('uninstalled, nothing is left, and what the host gave is untouched', async () => {
      await home.ok('package', 'uninstall', 'features', '--yes');
      assert.deepEqual(leftOf(home.path), []);
      assert.equal(readFileSync(join(folder, 'given'), 'utf8'), 'given by the host\n');
      assert.deepEqual(readdirSync(folder), ['given']);
    });
  } finally {
    await home.end();
    rmSync(folder, { recursive: true, force: true });
  }
});

function filesBelow(folder: string): readonly string[] {
  return (
    readdirSync(folder, { recursive: true, withFileTypes: true })
      // What the link to the libraries leads to is not of this home.
      .filter((entry) => entry.isFile() && !entry.parentPath.includes('/node_modules'))
      .map((entry) => join(entry.parentPath, entry.name))
  );
}
