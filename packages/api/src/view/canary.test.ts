import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunPhase } from '@warder/core';
import { exampleState, run, step } from './example.ts';
import { runView, viewRun } from './run.ts';
import { viewWhy } from './why.ts';

const phase = (change: Partial<RunPhase> = {}): RunPhase => ({
  name: 'broker',
  strategy: 'serial-canary',
  stepIds: ['run-2.0.0', 'run-2.0.1'],
  ...change,
});
const viewOf = (phases: readonly RunPhase[], steps: Parameters<typeof exampleState>[0] = {}) => {
  const state = exampleState({ runs: [run('run-2', { phases })], ...steps });
  const found = state.runs.get('run-2');
  assert.ok(found !== undefined);
  const view = viewRun(state, found, 0);
  assert.deepEqual(runView.parse(view), view);
  return { state, view };
};

test('a canary phase says whether it waits for a person, and the command that lets it go', () => {
  const reason = { text: 'the canary waits for a person to resume the phase broker', sinceMs: 5 };
  const steps = [step('run-2', 0, { status: 'WAITING', attempts: 0, reason }), step('run-2', 1, { status: 'PENDING' })];
  const { state, view } = viewOf([phase()], { steps });
  assert.deepEqual(view.phases[0]?.canary, { resumed: 0, waits: true });
  const [item] = viewWhy(state, { service: 'kafka', nowMs: 10 });
  assert.deepEqual([item?.reason, item?.next], [reason.text, 'warder kafka plan resume deploy broker']);
});

test('once resumed the canary goes; when it is done the others wait; twice resumed nothing does', () => {
  const open = [step('run-2', 0, { status: 'STARTED' }), step('run-2', 1, { status: 'PENDING' })];
  const done = [step('run-2', 0, { endedMs: 20 }), step('run-2', 1, { status: 'PENDING' })];
  const resumed = (times: number) => [phase({ resumed: { times, firstMs: 10 } })];
  assert.equal(viewOf(resumed(1), { steps: open }).view.phases[0]?.canary?.waits, false);
  assert.equal(viewOf(resumed(1), { steps: done }).view.phases[0]?.canary?.waits, true);
  assert.deepEqual(viewOf(resumed(2), { steps: done }).view.phases[0]?.canary, { resumed: 2, waits: false });
});

test('it does not wait before its turn, and other phases have no canary', () => {
  const steps = [step('run-2', 0, { status: 'STARTED' }), step('run-2', 1, { status: 'PENDING' })];
  const first = phase({ name: 'first', strategy: 'serial', stepIds: ['run-2.0.0'] });
  const second = phase({ stepIds: ['run-2.0.1'] });
  const { view } = viewOf([first, second], { steps });
  assert.deepEqual(
    view.phases.map(({ canary }) => canary?.waits),
    [undefined, false],
  );
});

test('a step that waits for a person says who must do what; what was left behind is told', () => {
  const approve = { kind: 'approve', text: 'is the backup there?' } as const;
  const reason = { text: 'waits for approval: is the backup there?', sinceMs: 5 };
  const state = exampleState({
    runs: [run('run-2', { leftBehind: ['broker-1 on host-1'] })],
    steps: [step('run-2', 0, { name: 'sure', work: approve, status: 'WAITING', reason })],
  });
  const [held, left] = viewWhy(state, { service: 'kafka', nowMs: 10 });
  assert.deepEqual([held?.reason, held?.next], [reason.text, 'warder kafka plan approve deploy broker sure']);
  assert.equal(left?.reason, 'left behind: broker-1 on host-1');
});
