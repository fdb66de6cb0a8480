import assert from 'node:assert/strict';
import { test } from 'node:test';
import { viewDryRun } from './dry-run.ts';
import { dryRunView } from './dry-run.ts';
import { viewEta } from './eta.ts';
import { ended, exampleState, run, step } from './example.ts';
import { runView, viewRun } from './run.ts';
import { viewWhy } from './why.ts';

const took = (ms: number) => ({ startedMs: 1_000, endedMs: 1_000 + ms });
const before = [step('run-1', 0, took(10_000)), step('run-1', 1, took(30_000))];
const reason = { text: 'it catches up', sinceMs: 90 };
const now = [
  step('run-2', 0, took(5)),
  step('run-2', 1, { status: 'STARTED', startedMs: 2_000, reason }),
  step('run-2', 2, { status: 'PENDING' }),
];
const rolling = () =>
  exampleState({ runs: [run('run-1', { ended }), run('run-2', { plan: 'update' })], steps: [...before, ...now] });

test('a run tells how long it will still take, and what that rests on', () => {
  const state = rolling();
  const update = state.runs.get('run-2');
  assert.ok(update !== undefined);
  const view = viewRun(state, update, 12_000);
  assert.deepEqual(runView.parse(view), view);
  assert.deepEqual(view.progress, { done: 1, total: 3 });
  // 30 s for the one that has run for 10 s, and the median of 10, 30 and 0 for the next.
  assert.equal(view.eta?.ms, 20_000 + 10_000);
  assert.match(view.eta?.how ?? '', /of the same name \(1 step\); .*to the same pod \(1 step\)$/);
  assert.equal(viewEta(state, { ...update, ended }, 12_000), undefined, 'what has ended takes no more time');
  const [item] = viewWhy(state, { service: 'kafka', nowMs: 12_000 });
  assert.deepEqual([item?.what, item?.eta?.ms], ['update / broker / broker-1:[server]', 30_000]);
});

test('a dry run tells how long it would take, and who decides when nothing is known', () => {
  const { work } = step('run-9', 2);
  const phases = [
    { name: 'broker', strategy: 'serial' as const, after: ['x'], steps: [{ name: 's', work, diff: [] }] },
  ];
  const dry = {
    plan: 'deploy',
    hash: 'a-b-c',
    diff: [],
    strategy: 'dependency' as const,
    phases,
    refusals: [],
    warnings: [],
  };
  const view = viewDryRun('kafka', {
    ...dry,
    params: { A: 'b' },
    estimate: { ms: 7, byName: 0, byKind: 1, unknown: 2 },
  });
  assert.deepEqual(dryRunView.parse(view), view);
  assert.deepEqual([view.estimate?.ms, view.run.params, view.run.phases[0]?.after], [7, { A: 'b' }, ['x']]);
  assert.match(view.estimate?.how ?? '', /nothing known and no time counted \(2 steps\)/);
  assert.equal(viewDryRun('kafka', dry).estimate, undefined);
});
