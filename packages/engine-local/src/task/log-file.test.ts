import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { readLog, rotate } from './log-file.ts';

const file = (t: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'warder-log-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'stdout');
};

const text = (path: string): string => readFileSync(path, 'utf8');

test('so many files of so many bytes, the oldest first to go', (t) => {
  const path = file(t);
  const rotation = { files: 3, bytes: 4 };
  for (const each of ['11111', '22222', '33333', '44444']) {
    appendFileSync(path, each);
    rotate(path, rotation);
  }
  appendFileSync(path, '55');
  rotate(path, rotation);
  assert.deepEqual(readdirSync(join(path, '..')).toSorted(), ['stdout', 'stdout.1', 'stdout.2']);
  assert.deepEqual([text(path), text(`${path}.1`), text(`${path}.2`)], ['55', '44444', '33333']);
});

test('a writer that has the file open goes on at its start', async (t) => {
  const path = file(t);
  const descriptor = openSync(path, 'a');
  const writer = spawn('sh', ['-c', 'echo before; read go; echo after'], { stdio: ['pipe', descriptor, 'inherit'] });
  while (text(path) === '') await new Promise((resolve) => setTimeout(resolve, 10));
  rotate(path, { files: 2, bytes: 1 });
  writer.stdin?.end('go\n');
  await once(writer, 'exit');
  assert.deepEqual([text(path), text(`${path}.1`)], ['after\n', 'before\n']);
});

test('a reader that follows goes on after a rotation', async (t) => {
  const path = file(t);
  writeFileSync(path, 'one two\n');
  let ended = false;
  const options = { stream: 'stdout', tailBytes: 1_000, follow: true, signal: new AbortController().signal } as const;
  const heard: string[] = [];
  for await (const chunk of readLog(path, options, () => ended)) {
    heard.push(Buffer.from(chunk).toString('utf8'));
    if (heard.length === 1) {
      rotate(path, { files: 2, bytes: 1 });
      appendFileSync(path, 'three\n');
    } else {
      ended = true;
    }
  }
  assert.deepEqual(heard, ['one two\n', 'three\n']);
});

test('a tail that is longer than the file begins in the one before', async (t) => {
  const path = file(t);
  writeFileSync(`${path}.1`, 'older\n');
  writeFileSync(path, 'new\n');
  const read = async (tailBytes: number): Promise<string> => {
    const options = { stream: 'stdout', tailBytes, follow: false, signal: new AbortController().signal } as const;
    const heard: Uint8Array[] = [];
    for await (const chunk of readLog(path, options, () => true)) heard.push(chunk);
    return Buffer.concat(heard).toString('utf8');
  };
  assert.equal(await read(4), 'new\n');
  assert.equal(await read(7), 'er\nnew\n');
  assert.equal(await read(100), 'older\nnew\n');
  rmSync(path);
  assert.equal(await read(0), '');
});
