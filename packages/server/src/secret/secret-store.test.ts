import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { openSqliteStore } from '@warder/store';
import { openLog } from '../log.ts';
import { openSecrets, type SecretStore } from './secret-store.ts';

const VALUE = 'correct-horse-battery-staple';

type Opened = { readonly folder: string; readonly keyFile: string; readonly secrets: SecretStore };

async function open(t: TestContext, folder = mkdtempSync(join(tmpdir(), 'warder-secret-'))): Promise<Opened> {
  const log = openLog(join(folder, 'server.log'));
  const store = await openSqliteStore({ file: join(folder, 'warder.db'), log });
  const keyFile = join(folder, 'secret.key');
  t.after(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { folder, keyFile, secrets: await openSecrets(store, keyFile, log) };
}

const read = async (secrets: SecretStore, service: string, path: string) => {
  const value = await secrets.readerFor(service).read(path);
  return value === undefined ? undefined : Buffer.from(value).toString();
};

test('a value is given to who may read it, and lies nowhere in clear', async (t) => {
  const { folder, keyFile, secrets } = await open(t);
  const info = await secrets.put('user', 'kafka/password', Buffer.from(VALUE));
  assert.partialDeepStrictEqual(info, { path: 'kafka/password', version: 1, sizeBytes: VALUE.length });
  assert.equal(await read(secrets, 'kafka', 'kafka/password'), VALUE);
  assert.equal(await read(secrets, 'other', 'kafka/password'), undefined);
  assert.deepEqual(secrets.readerFor('other').paths(), []);
  assert.equal(statSync(keyFile).mode & 0o777, 0o600);
  const files = readdirSync(folder);
  assert.ok(files.includes('server.log') && files.includes('warder.db'));
  for (const file of files) {
    const text = readFileSync(join(folder, file));
    for (const form of [VALUE, Buffer.from(VALUE).toString('base64').slice(0, 30), Buffer.from(VALUE).toString('hex')])
      assert.equal(text.includes(form), false, `${file} holds the value`);
  }
});

test('putting again makes a new version, which is what is read; deleted, it is gone', async (t) => {
  const { secrets } = await open(t);
  let changes = 0;
  const stop = secrets.readerFor('a').onChange(() => void (changes += 1));
  await Promise.all(['one', 'two', 'three'].map((value) => secrets.put('user', 'b', Buffer.from(value))));
  assert.equal(await read(secrets, 'a', 'b'), 'three');
  assert.deepEqual(
    secrets.list().map(({ path, version, sizeBytes }) => ({ path, version, sizeBytes })),
    [{ path: 'b', version: 3, sizeBytes: 5 }],
  );
  await secrets.delete('user', 'b');
  assert.equal(await read(secrets, 'a', 'b'), undefined);
  assert.deepEqual(secrets.list(), []);
  assert.equal(changes, 4);
  stop();
  await secrets.put('user', 'b', Buffer.from('four'));
  assert.equal(changes, 4);
  await assert.rejects(secrets.delete('user', 'c'), { code: 'secret-unknown', status: 404 });
});

test('what is not a path or too large changes nothing', async (t) => {
  const { secrets } = await open(t);
  assert.throws(() => secrets.put('user', '../a', Buffer.from(VALUE)), { code: 'secret-path-invalid' });
  const large = Buffer.alloc(1024 * 1024 + 1);
  assert.throws(() => secrets.put('user', 'a', large), { code: 'secret-too-large', status: 413 });
  assert.deepEqual(secrets.list(), []);
  await secrets.put('user', 'a', large.subarray(1));
  assert.equal((await secrets.readerFor('s').read('a'))?.length, 1024 * 1024);
  await secrets.put('user', 'empty', new Uint8Array());
  assert.equal((await secrets.readerFor('s').read('empty'))?.length, 0);
});

test('secrets survive a restart; with another key they say so, and can be put again', async (t) => {
  const first = await open(t);
  await first.secrets.put('user', 'a', Buffer.from(VALUE));
  const log = openLog(join(first.folder, 'server.log'));
  const copy = join(first.folder, 'copy.db');
  const store = await openSqliteStore({ file: copy, log });
  t.after(() => store.close());
  const again = await openSecrets(store, first.keyFile, log);
  await again.put('user', 'a', Buffer.from(VALUE));
  const reopened = await openSecrets(store, first.keyFile, log);
  assert.equal(reopened.list()[0]?.version, 1);
  assert.equal(await read(reopened, 's', 'a'), VALUE);
  const otherKey = join(first.folder, 'other.key');
  const locked = await openSecrets(store, otherKey, log);
  await assert.rejects(read(locked, 's', 'a'), /another key than that in .*other\.key.*warder secret put a$/);
  await locked.put('user', 'a', Buffer.from('new'));
  assert.equal(await read(locked, 's', 'a'), 'new');
});
