import assert from 'node:assert/strict';
import test from 'node:test';
import type { TaskView } from '@warder/sdk';
import { taskTrouble } from './canary.ts';

const task = (change: Partial<TaskView>): TaskView => ({
  id: 't',
  name: 'server',
  state: 'RUNNING',
  ready: true,
  ...change,
});
const trouble = (...tasks: readonly TaskView[]) => taskTrouble({ name: 'broker-0', tasks });

test('a canary that runs and is ready is looked at further, whatever failed before it came up', () => {
  assert.equal(trouble(task({})), undefined);
  const failed = { id: 's', state: 'FAILED', atMs: 1, exit: { code: 1 } } as const;
  assert.equal(trouble(task({ failed })), undefined);
});

test('one that failed has failed, also while it is started again; one that somebody stops has not', () => {
  assert.deepEqual(trouble(task({ state: 'FAILED', ready: false, exit: { code: 1 }, message: 'no heap' })), {
    open: false,
    reason: 'broker-0-server is FAILED: it failed (exit 1): no heap',
    failed: true,
  });
  const failed = { id: 's', state: 'FAILED', atMs: 1, exit: { signal: 'SIGKILL', outOfMemory: true } } as const;
  assert.deepEqual(trouble(task({ ready: false, failed })), {
    open: false,
    reason: 'broker-0-server is RUNNING, but not ready: it failed (signal SIGKILL)',
    failed: true,
  });
  for (const state of ['KILLED', 'LAUNCHING', 'UNREACHABLE'] as const) {
    const answer = trouble(task({ state, ready: false, ...(state === 'KILLED' ? { failed } : {}) }));
    assert.deepEqual(answer, { open: false, reason: `broker-0-server is ${state}` });
  }
  assert.deepEqual(trouble(), { open: false, reason: 'broker-0 was not started' });
});
