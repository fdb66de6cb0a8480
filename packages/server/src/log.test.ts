import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openLog } from './log.ts';

const folder = mkdtempSync(join(tmpdir(), 'warder-log-'));
after(() => rmSync(folder, { recursive: true }));
const MiB = 1024 * 1024;

test('a line is on the disk when the call returns; errors keep their stack', () => {
  const file = join(folder, 'a.log');
  const log = openLog(file);
  log.error({ service: 'kafka', error: new Error('broken') }, 'a decision failed');
  const { service, msg, error, pid } = JSON.parse(readFileSync(file, 'utf8'));
  assert.deepEqual([service, msg, pid], ['kafka', 'a decision failed', process.pid]);
  assert.match(error, /^Error: broken\n\s+at /);
  assert.equal(statSync(file).mode & 0o777, 0o600);
});

test('a log that has grown is set aside at the next start, and three of them are kept', () => {
  const file = join(folder, 'b.log');
  for (let round = 1; round <= 5; round++) {
    writeFileSync(file, `${round}${'x'.repeat(10 * MiB)}`);
    openLog(file).info({}, 'new');
  }
  const first = (path: string): string => readFileSync(path, 'utf8').charAt(0);
  assert.deepEqual(
    [1, 2, 3].map((number) => first(`${file}.${number}`)),
    ['5', '4', '3'],
  );
  assert.equal(existsSync(`${file}.4`), false);
  openLog(file);
  assert.equal(first(`${file}.1`), '5', 'a small one stays');
});
