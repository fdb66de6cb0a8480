import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plain } from '../output/terminal.ts';
import { logLine } from './log-line.ts';

test('an entry of the log reads as a line: time, level, message, fields', () => {
  const entry = { level: 40, time: 0, pid: 7, msg: 'launch failed', service: 'hello', detail: { a: 1 } };
  const line = logLine(JSON.stringify(entry), plain).replace(/^\S+ \S+/, 'TIME');
  assert.equal(line, 'TIME  warn  launch failed  service=hello detail={"a":1}');
});

test('what is no entry is shown as it is', () => {
  assert.equal(logLine('Error: broken', plain), 'Error: broken');
  assert.equal(logLine('{broken', plain), '{broken');
});
