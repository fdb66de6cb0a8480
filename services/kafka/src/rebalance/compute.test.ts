import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import { generated } from '../balance/generator.ts';
import { computed } from './compute.ts';
import { madeOf } from './made.ts';
import { readAsked } from './wish.ts';

test('a large cluster is looked at in another thread, with the same answer; meanwhile one is asked to wait', async () => {
  const model = {
    ...generated({ replicas: 24_000, topics: 800 }),
    leaders: new Map<string, number>(),
    notes: ['a note'],
  };
  const input = { model, asked: readAsked({ throttle: '50M' }) };
  let read = 0;
  const ask = () =>
    computed('large', async () => {
      read += 1;
      return input;
    }).catch((error: unknown) => {
      assert.ok(error instanceof Error && 'code' in error && error.code === 'rebalance-computing', String(error));
    });
  for (let times = 0; times < 60; times += 1) {
    const made = await ask();
    if (made !== undefined) {
      assert.deepEqual(made, madeOf(input));
      assert.equal(read, 1, 'it was read once, however often it was asked for');
      return;
    }
    await sleep(100);
  }
  assert.fail('no proposal');
});

test('what goes wrong there is told to who asks, and the next one begins anew', async () => {
  const broken = { ...generated({ replicas: 24_000, topics: 800 }), leaders: new Map<string, number>(), notes: [] };
  const input = { model: { ...broken, brokers: null as never }, asked: readAsked({}) };
  await assert.rejects(
    computed('broken', async () => input),
    TypeError,
  );
  await assert.rejects(
    computed('broken', async () => input),
    TypeError,
  );
});
