import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openSimStore } from './store.ts';

test('what was committed cannot be changed any more, and is loaded as a copy', async () => {
  const store = openSimStore();
  const record = { id: 'run-1', phases: [{ stepIds: ['a'] }], left: undefined };
  await store.commit([{ path: 'service/world/run/run-1', value: record }]);
  assert.throws(() => record.phases[0]?.stepIds.push('b'), TypeError);
  assert.throws(() => {
    record.id = 'run-2';
  }, TypeError);
  const [loaded] = await store.load('service/world/');
  assert.deepEqual(loaded, {
    path: 'service/world/run/run-1',
    value: { id: 'run-1', phases: [{ stepIds: ['a'] }] },
  });
  await store.commit([{ path: 'service/world/run/run-1' }]);
  assert.deepEqual(await store.load('service/'), []);
});
