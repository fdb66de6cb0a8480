import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { coloured, plain } from '../output/terminal.ts';
import { nowMs, testRun, testStep } from '../test-run.ts';
import { causeLines, diffText, planLines } from './tree.ts';

const options = { paint: plain, nowMs, command: (...words: readonly string[]) => `warder hello ${words.join(' ')}` };

test('a run reads as a tree, with what each step waits for and since when', () => {
  const run = testRun(
    [
      testStep(0, { status: 'COMPLETE', startedMs: nowMs - 100_000, endedMs: nowMs - 92_000 }),
      testStep(1, {
        status: 'STARTED',
        startedMs: nowMs - 65_000,
        reason: { text: 'not ready yet', sinceMs: nowMs - 5000 },
      }),
      testStep(2),
    ],
    { eta: { ms: 90_000, how: 'as ever' } },
  );
  assert.deepEqual(planLines(run, options), [
    'deploy (serial strategy) (IN_PROGRESS) 2m 00s, 1 of 3 steps, about 1m 30s left',
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
  const lines = planLines(run, options);
  assert.equal(lines[0], 'deploy (serial strategy) (IN_PROGRESS) 2m 00s paused by ben for 3s: lunch');
  assert.equal(lines[2], '   └─ node-0:[server] (COMPLETE) forced by ann');
  assert.equal(lines[3], 'error: node-1:[server]: no such user');
});

test('a plan that never ran has no time', () => {
  const run = testRun([], { id: '', status: 'PENDING', phases: [] });
  assert.deepEqual(planLines(run, options), ['deploy (serial strategy) (PENDING)']);
});

test('colours change nothing but colours', () => {
  const run = testRun([testStep(0, { status: 'ERROR', reason: { text: 'bad', sinceMs: nowMs } })]);
  const bare = planLines(run, { ...options, paint: coloured }).map((line) => stripVTControlCharacters(line));
  assert.deepEqual(bare, planLines(run, options));
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

test('a canary, an approval and a soak say what they wait for, and the command that lets them go', () => {
  const reason = { text: 'waits for approval: is it there?', sinceMs: nowMs - 5000 };
  const approve = testStep(0, {
    name: 'sure',
    work: { kind: 'approve', text: 'is it there?' },
    status: 'WAITING',
    reason,
  });
  const wait = { kind: 'wait', probe: 'calm', args: {}, soakMs: 60_000 } as const;
  const soak = testStep(1, { work: wait, status: 'STARTED', soakingMs: nowMs - 12_000, reason });
  const done = testStep(2, { status: 'COMPLETE', approved: { by: 'ann', ms: nowMs } });
  const [, , sure, soaks, approved] = planLines(testRun([approve, soak, done]), options);
  assert.equal(
    sure,
    '   ├─ sure (WAITING) waits for approval: is it there? (for 5s): warder hello plan approve deploy node sure',
  );
  assert.equal(soaks, '   ├─ node-1:[server] (STARTED) soaks: good for 12s of 1m 00s');
  assert.equal(approved, '   └─ node-2:[server] (COMPLETE) approved by ann');

  const held = testStep(0, { status: 'WAITING', reason: { text: 'the canary waits', sinceMs: nowMs } });
  const canary = { resumed: 0, waits: true };
  const phase = { id: 'p', name: 'node', strategy: 'serial-canary', status: 'WAITING', canary, after: ['a'] } as const;
  const lines = planLines(testRun([held], { phases: [{ ...phase, steps: [held] }] }), options);
  assert.deepEqual(lines.slice(1), [
    '└─ node (serial-canary strategy) (WAITING) after a waits for its canary: warder hello plan resume deploy node',
    '   └─ node-0:[server] (WAITING)',
  ]);
});

test('parameters are shown, and what was left behind', () => {
  const run = testRun([], { params: { TO: 'the attic' }, leftBehind: ['node-1 on agent-2'], status: 'ROLLED_BACK' });
  assert.deepEqual(planLines({ ...run, phases: [] }, options), [
    "deploy (serial strategy) (ROLLED_BACK) 2m 00s with TO='the attic'",
    'left behind: node-1 on agent-2',
  ]);
});

test('of a parameter that is a whole file, the beginning is shown', () => {
  const [head] = planLines(testRun([], { params: { FILE: 'topics:\n  a: {}\n', LONG: 'x'.repeat(100) } }), options);
  assert.match(head ?? '', /FILE='topics:\.\.\. \(16 characters\)' LONG='x{80}\.\.\. \(100 characters\)'$/);
});
