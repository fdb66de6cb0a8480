import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createService, restore } from '@warder/core';
import type { ConfigRecord, InstanceRecord, TaskRecord } from '@warder/core';
import { ViewBook } from './view.ts';

const config: ConfigRecord = {
  id: 'config-1',
  spec: { name: 'demo', user: 'nobody', pods: [], plans: [] },
  given: {},
  options: {},
  packageVersion: '1',
  version: '1',
  createdMs: 0,
};
const instance = (index: number): InstanceRecord => ({
  name: `node-${index}`,
  pod: 'node',
  index,
  configId: 'config-1',
  liveConfigId: 'config-1',
});
const task: TaskRecord = {
  id: 'demo__node-0-server__1',
  name: 'server',
  instance: 'node-0',
  agentId: 'agent-0',
  configId: 'config-1',
  state: 'RUNNING',
  ready: true,
  launchedMs: 1,
  stateMs: 2,
};

test('a view shares what has not changed with the one before', () => {
  const state = restore([]);
  const book = new ViewBook(state);
  createService(state, { name: 'demo', uid: 'u', packageName: 'demo' }, 0);
  assert.equal(book.view(), undefined, 'there is no configuration yet');
  if (state.service !== undefined) state.service = { ...state.service, targetConfigId: 'config-1' };
  state.configs.set('config-1', config);
  for (const index of [0, 1]) state.instances.set(`node-${index}`, instance(index));
  book.changed(['service', 'config/config-1', 'instance/node-0', 'instance/node-1']);
  const first = book.view();
  assert.deepEqual(
    first?.instances.map(({ name }) => name),
    ['node-0', 'node-1'],
  );
  assert.equal(book.view(), first, 'nothing has changed');

  state.tasks.set('node-0', new Map([['server', { ...task, killing: { sinceMs: 3, graceMs: 1, why: 'an update' } }]]));
  book.changed(['task/node-0/server', 'step/run-1.0.0']);
  const next = book.view();
  assert.equal(next?.instances[1], first?.instances[1]);
  assert.deepEqual(next?.instances[0]?.tasks[0]?.ready, false, 'what is about to stop cannot be counted on');
  assert.deepEqual(first?.instances[0]?.tasks, [], 'what was given out does not change');

  state.instances.delete('node-0');
  book.changed(['instance/node-0']);
  assert.deepEqual(
    book.view()?.instances.map(({ name }) => name),
    ['node-1'],
  );
  assert.equal(new ViewBook(state).view()?.instances.length, 1, 'what is there at the start is there');
});
