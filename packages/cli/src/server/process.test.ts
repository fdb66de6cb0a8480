import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { isAlive, startFailed } from './process.ts';

function logFile(t: TestContext, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'warder-start-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'log');
  writeFileSync(file, text);
  return file;
}

test('a server that ends says why: that is the error', (t) => {
  const file = logFile(t, 'starting\nerror: the store is damaged (store-corrupt)\nnext: restore the backup\n');
  const { code, message, next } = startFailed(file, 'it ended with 1', 'warder server logs');
  assert.deepEqual(
    { code, message, next },
    { code: 'store-corrupt', message: 'the store is damaged', next: 'restore the backup' },
  );
});

test('a server that just breaks leaves its last lines', (t) => {
  const { code, details, next } = startFailed(
    logFile(t, 'TypeError: x\n    at y\n'),
    'it ended with 1',
    'warder server logs',
  );
  assert.deepEqual(
    { code, details, next },
    { code: 'server-start-failed', details: ['TypeError: x', '    at y'], next: 'warder server logs' },
  );
});

test('a process lives or not', () => {
  assert.equal(isAlive(process.pid), true);
  assert.equal(isAlive(2 ** 22 - 1), false);
});
