import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TaskRecord } from '../record/task.ts';
import { failedLast } from './failed.ts';

const task: TaskRecord = {
  id: 'a__1',
  name: 'server',
  instance: 'node-0',
  agentId: 'agent-0',
  configId: 'config-1',
  state: 'FAILED',
  ready: false,
  exit: { code: 2 },
  launchedMs: 1,
  stateMs: 7,
};
const failed = { id: 'a__1', state: 'FAILED', atMs: 7, exit: { code: 2 } };

test('the next task of a name remembers how the one before it failed', () => {
  assert.deepEqual(failedLast(task, 'RUNNING'), failed);
  assert.equal(failedLast(undefined, 'RUNNING'), undefined);
});

test('what somebody asked for, or what was the goal, is no failure; an earlier one is still known', () => {
  const before = { ...task, failed: { id: 'a__0', state: 'LOST', atMs: 1 } as const };
  const asked = { ...before, killing: { sinceMs: 1, graceMs: 1, why: 'an update' } };
  assert.deepEqual(failedLast(asked, 'RUNNING'), before.failed);
  assert.deepEqual(failedLast({ ...before, state: 'FINISHED' }, 'ONCE'), before.failed);
  assert.equal(failedLast({ ...task, state: 'FINISHED' }, 'RUNNING')?.state, 'FINISHED');
  assert.equal(failedLast({ ...task, state: 'RUNNING' }, 'RUNNING'), undefined);
});
