import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DryRunAnswer } from '../api/answers.ts';
import { plain } from '../output/terminal.ts';
import { testRun, testStep } from '../test-run.ts';
import { dryRunLines } from './dry-run.ts';

const diff = [{ path: 'pods.node.memory', from: 64, to: 128 }];

test('a dry run names each step, what it does to what runs, and why', () => {
  const live = testStep(1, {
    work: { kind: 'call', procedure: 'set-config', args: {}, live: true },
    diff: [{ path: 'x', to: 1 }],
  });
  const answer: DryRunAnswer = {
    name: 'hello',
    plan: 'update',
    hash: 'abc',
    diff,
    run: testRun([testStep(0, { diff }), live], { name: 'update' }),
    refusals: ['a volume cannot shrink'],
    warnings: ['one replica only'],
    report: 'broker  disk\n0       half',
    cost: [
      { what: 'restarts', count: 1 },
      { what: 'leaders moved', count: 12 },
    ],
    estimate: { ms: 90_000, how: 'as ever' },
  };
  assert.deepEqual(dryRunLines(answer, plain, 'warder package update hello --approve abc'), [
    'update (serial strategy) would do 2 steps',
    '└─ node (parallel strategy)',
    '   ├─ node-0:[server]: restarted',
    '   │  └─ pods.node.memory: 64 -> 128',
    '   └─ node-1:[server]: changed live, no restart',
    '      └─ x: (not set) -> 1',
    '',
    'Changes:',
    '  pods.node.memory: 64 -> 128',
    '',
    'broker  disk',
    '0       half',
    '',
    'It costs: restarts 1, leaders moved 12.',
    '',
    'It takes about 1m 30s: as ever.',
    '',
    'would be refused: a volume cannot shrink',
    '',
    'warning: one replica only',
    '',
    'Nothing was changed. hash abc',
  ]);
});

test('nothing to do is said', () => {
  const answer = {
    name: 'hello',
    plan: 'update',
    hash: 'abc',
    diff: [],
    run: testRun([], { phases: [] }),
    refusals: [],
    warnings: [],
  };
  assert.deepEqual(dryRunLines(answer, plain, 'warder hello plan start backup --approve a-b-c'), [
    'Nothing would change.',
  ]);
});

test('what can be begun says how; parameters, gates for people and probes are named', () => {
  const approve = testStep(0, { name: 'sure', work: { kind: 'approve', text: 'is the backup there?' } });
  const wait = testStep(1, { name: 'quiet', work: { kind: 'wait', probe: 'calm', args: {}, soakMs: 60_000 } });
  const answer: DryRunAnswer = {
    name: 'hello',
    plan: 'backup',
    hash: 'a-b-c',
    diff: [],
    run: testRun([approve, wait], { name: 'backup', params: { TO: 'the attic' } }),
    refusals: [],
    warnings: [],
  };
  assert.deepEqual(dryRunLines(answer, plain, 'warder hello plan start backup --approve a-b-c'), [
    "backup (serial strategy) would do 2 steps with TO='the attic'",
    '└─ node (parallel strategy)',
    '   ├─ sure: waits for a person: is the backup there?',
    '   └─ quiet: waits until calm says yes for 1m 00s',
    '',
    'Nothing was changed. hash a-b-c',
    'Begin it: warder hello plan start backup --approve a-b-c',
  ]);
});

test('a plan that goes through several configurations tells what each changes and restarts', () => {
  const stage = testStep(0, {
    name: 'to-2',
    work: { kind: 'configure', version: '2.0.0' },
    diff: [{ path: 'version', from: '1.0.0', to: '2.0.0' }],
  });
  const final = testStep(1, {
    name: 'finalise',
    work: { kind: 'call', procedure: 'finalise', args: {}, live: false, oneWay: 'the format is new' },
  });
  const answer: DryRunAnswer = {
    name: 'hello',
    plan: 'upgrade',
    hash: 'a-b-c',
    diff: [],
    run: testRun([stage, final], { name: 'upgrade' }),
    stages: [{ step: 'to-2', diff: [], restarts: [{ instance: 'node-0' }, { instance: 'node-1' }], live: ['web-0'] }],
    refusals: [],
    warnings: [],
  };
  assert.deepEqual(dryRunLines(answer, plain, 'warder hello upgrade --approve a-b-c').slice(2, 7), [
    '   ├─ to-2: an update to this configuration',
    '   │  ├─ version: 1.0.0 -> 2.0.0',
    '   │  ├─ restarts node-0, node-1',
    '   │  └─ changed live: web-0',
    '   └─ finalise: calls finalise, for good: the format is new',
  ]);
});

test('of very many phases the first and the last are shown', () => {
  const batch = testRun([testStep(0)]).phases;
  const phases = Array.from({ length: 100 }, (_, at) => batch.map((each) => ({ ...each, name: `batch-${at + 1}` })));
  const run = testRun([], { phases: phases.flat() });
  const answer = { name: 'kafka', plan: 'rebalance', hash: 'a', diff: [], run, refusals: [], warnings: [] };
  const lines = dryRunLines(answer, plain, '').filter((line) => /^[├└]/.test(line));
  assert.equal(lines.length, 17);
  assert.match(lines[11] ?? '', /batch-12 /);
  assert.match(lines[12] ?? '', /^├─ \.\.\. and 84 phases more$/);
  assert.match(lines[16] ?? '', /batch-100 /);
});
