import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { prepareHome } from './home.ts';
import { takeLock } from './lock.ts';
import { processStart } from '@warder/api/process-start';

const folder = mkdtempSync(join(tmpdir(), 'warder-lock-'));
after(() => rmSync(folder, { recursive: true }));

test('a lock of a process that lives is refused, one of a process that is gone is taken over', async () => {
  const home = prepareHome(join(folder, 'a'));
  const child = spawn('sleep', ['60']);
  const pid = child.pid ?? 0;
  const startTime = processStart(pid);
  assert.ok(startTime !== undefined && startTime !== processStart(process.pid));
  writeFileSync(home.lock, JSON.stringify({ pid, startTime }));
  assert.throws(() => takeLock(home), { code: 'server-running', message: new RegExp(`pid ${pid}`) });

  writeFileSync(home.lock, JSON.stringify({ pid, startTime: 'of another process that had this pid' }));
  takeLock(home).release();
  assert.equal(existsSync(home.lock), false);

  writeFileSync(home.lock, JSON.stringify({ pid, startTime }));
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('exit', resolve));
  assert.equal(processStart(pid), undefined);
  takeLock(home).release();
});

test('a lock file that says nothing is taken over', () => {
  const home = prepareHome(join(folder, 'b'));
  for (const content of ['', '{"pid":', 'null', '{"pid":1}']) {
    writeFileSync(home.lock, content);
    takeLock(home).release();
  }
});
