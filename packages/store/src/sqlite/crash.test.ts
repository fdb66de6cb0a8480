/** What is left after the process, or the room on the disk, is gone in the middle of a write. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { openSqliteStore } from './open.ts';
import { sqliteStore } from './store.ts';

const folder = mkdtempSync(join(tmpdir(), 'warder-crash-'));
after(() => rmSync(folder, { recursive: true }));

/** Writes for ever, two records a commit, and prints a number once it is committed. */
const WRITER = `
  const { openSqliteStore } = await import(process.argv[1]);
  const { writeSync } = await import('node:fs');
  const store = await openSqliteStore({ file: process.argv[2] });
  const begin = (await store.load('left/')).length;
  for (let n = begin; ; n++) {
    await store.commit([{ path: 'left/' + n, value: { n, text: 'x'.repeat(n % 5000) } }, { path: 'right/' + n, value: n }]);
    writeSync(1, n + '\\n');
  }`;

async function writeUntilKilled(file: string, afterMs: number): Promise<number> {
  const module = new URL('./open.ts', import.meta.url).href;
  const child = spawn(process.execPath, ['--input-type=module', '-e', WRITER, module, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  await new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      if (text === '') setTimeout(() => child.kill('SIGKILL'), afterMs);
      text += chunk.toString();
    });
    child.on('close', () => resolve());
  });
  return Number(text.split('\n').at(-2));
}

test('kill -9 in the middle of writing loses nothing that was acknowledged and halves no commit', async () => {
  const file = join(folder, 'kill.db');
  for (const afterMs of [5, 60, 150]) {
    const acknowledged = await writeUntilKilled(file, afterMs);
    const store = await openSqliteStore({ file });
    const left = await store.load('left/');
    const right = await store.load('right/');
    assert.ok(left.length > acknowledged, `${left.length} records, ${acknowledged} was acknowledged`);
    assert.ok(left.length <= acknowledged + 2, 'at most one commit more than was acknowledged');
    assert.equal(left.length, right.length, 'both records of a commit are there, or none');
    await store.close();
  }
});

test('a full database rejects the commit and keeps what was', async () => {
  const file = join(folder, 'pages.db');
  await (await openSqliteStore({ file })).close();
  const database = new DatabaseSync(file);
  database.exec('PRAGMA max_page_count = 20');
  await demandFullIsHarmless(sqliteStore(database, file));
});

test('a full disk rejects the commit and keeps what was', async (t) => {
  if (process.getuid?.() !== 0) return t.skip('needs root: mounts a small tmpfs');
  const disk = mkdtempSync(join(folder, 'disk-'));
  const mounted = spawnSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]);
  if (mounted.status !== 0) return t.skip(`needs mount: ${mounted.stderr?.toString().trim()}`);
  try {
    await demandFullIsHarmless(await openSqliteStore({ file: join(disk, 'warder.db') }));
  } finally {
    assert.equal(spawnSync('/bin/umount', [disk]).status, 0);
  }
});

async function demandFullIsHarmless(store: ReturnType<typeof sqliteStore>): Promise<void> {
  await store.commit([{ path: 'a', value: 'before' }]);
  const tooMuch = Array.from({ length: 40 }, (_, n) => ({ path: `big/${n}`, value: 'x'.repeat(100_000) }));
  await assert.rejects(store.commit([{ path: 'a', value: 'after' }, ...tooMuch]), {
    code: 'store-full',
    next: /free some space/,
  });
  assert.deepEqual(await store.load(''), [{ path: 'a', value: 'before' }]);
  await store.commit([{ path: 'b', value: 'fits' }]);
  assert.equal((await store.load('')).length, 2);
  await store.close();
}
