import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nowMs, testRun, testStep } from '../test-run.ts';
import { changeLines } from './change.ts';

const withoutTime = (lines: readonly string[]): readonly string[] =>
  lines.map((line) => line.replace(/^\d\d:\d\d:\d\d {2}/, ''));

test('at first: what has begun, then the run', () => {
  const run = testRun([testStep(0, { status: 'STARTING' }), testStep(1)]);
  assert.deepEqual(withoutTime(changeLines(undefined, run, nowMs)), [
    'node-0:[server]  STARTING',
    'deploy  IN_PROGRESS',
  ]);
});

test('each change of a status or a reason is told once', () => {
  const before = testRun([testStep(0, { status: 'STARTING' }), testStep(1)]);
  const after = testRun([
    testStep(0, { status: 'COMPLETE', startedMs: nowMs - 7000, endedMs: nowMs }),
    testStep(1, { status: 'WAITING', reason: { text: 'a broker is away', sinceMs: nowMs } }),
  ]);
  assert.deepEqual(withoutTime(changeLines(before, after, nowMs)), [
    'node-0:[server]  COMPLETE  in 7.0s',
    'node-1:[server]  WAITING  a broker is away',
  ]);
  assert.deepEqual(changeLines(after, after, nowMs + 1000), []);
});

test('the end tells how long it took; an error is told once', () => {
  const before = testRun([testStep(0)]);
  const failed = testRun([testStep(0)], { status: 'ERROR', errors: ['node-0: no such user'] });
  assert.deepEqual(withoutTime(changeLines(before, failed, nowMs)), ['deploy  ERROR', 'deploy  node-0: no such user']);
  const ended = testRun([testStep(0)], { status: 'COMPLETE', endedMs: nowMs });
  assert.deepEqual(withoutTime(changeLines(before, ended, nowMs)), ['deploy  COMPLETE  in 2m 00s']);
});
