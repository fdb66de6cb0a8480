import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { StoreError } from '../error.ts';
import { storeSuite } from '../suite.ts';
import { openSqliteStore } from './open.ts';

const folder = mkdtempSync(join(tmpdir(), 'warder-store-'));
after(() => rmSync(folder, { recursive: true }));
let count = 0;
const newFile = (): string => join(mkdtempSync(join(folder, `${count++}-`)), 'warder.db');

const files = new WeakMap<object, string>();
const openAt = async (file: string) => {
  const store = await openSqliteStore({ file });
  files.set(store, file);
  return store;
};
storeSuite({
  name: 'sqlite',
  open: () => openAt(newFile()),
  reopen: (closed) => openAt(files.get(closed) ?? assert.fail('not opened here')),
});

/** A store with enough in it to have many pages. */
async function filledFile(): Promise<string> {
  const file = newFile();
  const store = await openSqliteStore({ file });
  await store.commit(Array.from({ length: 500 }, (_, n) => ({ path: `r/${n}`, value: `${n}`.repeat(100) })));
  await store.close();
  return file;
}

test('its files are for their owner alone', async () => {
  const file = await filledFile();
  const store = await openSqliteStore({ file });
  await store.commit([{ path: 'a', value: 1 }]);
  for (const path of [file, `${file}-wal`, `${file}.backup`]) assert.equal(statSync(path).mode & 0o777, 0o600, path);
  await store.close();
});

test('a second open is refused while the first one lasts', async () => {
  const file = newFile();
  const store = await openSqliteStore({ file });
  await assert.rejects(openSqliteStore({ file }), { code: 'store-locked', message: /in use by another process/ });
  await store.commit([{ path: 'a', value: 1 }]);
  await store.close();
  const again = await openSqliteStore({ file });
  assert.equal((await again.load('')).length, 1);
  await again.close();
});

test('a newer format is refused and left as it is', async () => {
  const file = await filledFile();
  const database = new DatabaseSync(file);
  database.exec('PRAGMA user_version = 99');
  database.close();
  await assert.rejects(openSqliteStore({ file }), { code: 'store-newer', message: /format is 99/ });
  const after = new DatabaseSync(file);
  assert.equal(after.prepare('PRAGMA user_version').get()?.['user_version'], 99);
  after.close();
});

test('a good backup is kept at open, and only made anew when something changed', async () => {
  const file = await filledFile();
  const backup = `${file}.backup`;
  assert.equal(existsSync(backup), false);
  await (await openSqliteStore({ file })).close();
  const inode = statSync(backup).ino;
  await (await openSqliteStore({ file })).close();
  assert.equal(statSync(backup).ino, inode, 'nothing changed');
  const store = await openSqliteStore({ file });
  await store.commit([{ path: 'new', value: 1 }]);
  await store.close();
  await (await openSqliteStore({ file })).close();
  const kept = await openSqliteStore({ file: backup });
  assert.equal((await kept.load('')).length, 501);
  await kept.close();
});

for (const [name, damage] of [
  ['overwritten pages', (bytes: Buffer) => bytes.fill(0xa5, 4096 * 2, 4096 * 6)],
  ['something else', () => Buffer.from('this is no database, '.repeat(500))],
  ['a cut-off file', (bytes: Buffer) => bytes.subarray(0, bytes.length - 4096 * 3)],
] as const) {
  test(`a damaged file is named, kept and left alone, and the backup brings it back: ${name}`, async () => {
    const file = await filledFile();
    await (await openSqliteStore({ file })).close();
    const broken = damage(readFileSync(file));
    writeFileSync(file, broken);
    const error = await openSqliteStore({ file }).then(
      () => assert.fail('must not open'),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof StoreError);
    assert.equal(error.code, 'store-corrupt');
    const folderOf = join(file, '..');
    const copies = readdirSync(folderOf).filter((entry) => entry.includes('.corrupt-'));
    assert.equal(copies.length, 1);
    assert.ok(error.message.includes(join(folderOf, String(copies[0]))), error.message);
    assert.ok(error.next.includes(`cp '${file}.backup' '${file}'`), error.next);
    assert.deepEqual(readFileSync(join(folderOf, String(copies[0]))), broken);

    await assert.rejects(openSqliteStore({ file }), { code: 'store-corrupt' });
    assert.equal(readdirSync(folderOf).filter((entry) => entry.includes('.corrupt-')).length, 1, 'one copy is enough');

    writeFileSync(file, readFileSync(`${file}.backup`));
    rmSync(`${file}-wal`, { force: true });
    const store = await openSqliteStore({ file });
    assert.equal((await store.load('')).length, 500);
    await store.close();
  });
}

test('a damaged file without a backup says so', async () => {
  const file = newFile();
  writeFileSync(file, 'no database'.repeat(1000));
  await assert.rejects(openSqliteStore({ file }), { code: 'store-corrupt', next: /there is no backup/ });
});

test('a folder that is not there is a clear error', async () => {
  await assert.rejects(openSqliteStore({ file: join(folder, 'nowhere', 'warder.db') }), /ENOENT/);
});
