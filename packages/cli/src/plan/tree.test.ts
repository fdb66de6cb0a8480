import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { coloured, plain } from '../output/terminal.ts';
import { nowMs, testRun, testStep } from '../test-run.ts';
import { causeLines, diffText, planLines } from './tree.ts';

test('a run reads as a tree, with what each step waits for and since when', () => {
  const run = testRun([
    testStep(0, { status: 'COMPLETE', startedMs: nowMs - 100_000, endedMs: nowMs - 92_000 }),
    testStep(1, {
      status: 'STARTED',
      startedMs: nowMs - 65_000,
      reason: { text: 'not ready yet', sinceMs: nowMs - 5000 },
    }),
    testStep(2),
  ]);
  assert.deepEqual(planLines(run, { paint: plain, nowMs }), [
    'deploy (serial strategy) (IN_PROGRESS) 2m 00s',
    '└─ node (parallel strategy) (IN_PROGRESS)',
    '   ├─ node-0:[server] (COMPLETE) 8.0s',
    '   ├─ node-1:[server] (STARTED) 1m 05s not ready yet (for 5s)',
    '   └─ node-2:[server] (PENDING)',
  ]);
});

test('pauses, forced steps and errors are named', () => {
  const run = testRun([testStep(0, { status: 'COMPLETE', forced: { by: 'ann', ms: nowMs, risk: 'it may not run' } })], {
    paused: { by: 'ben', sinceMs: nowMs - 3000, reason: 'lunch' },
    errors: ['node-1:[server]: no such user'],
  });
  const lines = planLines(run, { paint: plain, nowMs });
  assert.equal(lines[0], 'deploy (serial strategy) (IN_PROGRESS) 2m 00s paused by ben for 3s: lunch');
  assert.equal(lines[2], '   └─ node-0:[server] (COMPLETE) forced by ann');
  assert.equal(lines[3], 'error: node-1:[server]: no such user');
});

test('a plan that never ran has no time', () => {
  const run = testRun([], { id: '', status: 'PENDING', phases: [] });
  assert.deepEqual(planLines(run, { paint: plain, nowMs }), ['deploy (serial strategy) (PENDING)']);
});

test('colours change nothing but colours', () => {
  const run = testRun([testStep(0, { status: 'ERROR', reason: { text: 'bad', sinceMs: nowMs } })]);
  const bare = planLines(run, { paint: coloured, nowMs }).map((line) => stripVTControlCharacters(line));
  assert.deepEqual(bare, planLines(run, { paint: plain, nowMs }));
});

test('a change of a field shows both values, and cuts long ones', () => {
  assert.equal(diffText({ path: 'a.b', from: 1, to: 2 }), 'a.b: 1 -> 2');
  assert.equal(diffText({ path: 'a', to: 'x' }), 'a: (not set) -> x');
  assert.equal(diffText({ path: 'a', from: 'y'.repeat(200) }).length, 'a: '.length + 80 + ' -> (not set)'.length);
});

test('the cause of a run: who, what, and each field', () => {
  const cause = { by: 'ann', text: 'update', diff: [{ path: 'options.count', from: 1, to: 2 }] };
  assert.deepEqual(causeLines(testRun([], { cause })), ['run-1: update, by ann', '  options.count: 1 -> 2']);
});
