import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Penalties } from './penalty.ts';

test('who harms others waits five seconds, then twice as long each time, up to five minutes; an hour later it is forgiven', () => {
  const penalties = new Penalties();
  const waits: number[] = [];
  let nowMs = 0;
  for (let times = 0; times < 8; times += 1) {
    penalties.add('gate a', 'blocked', nowMs);
    const before = nowMs;
    while (penalties.of('gate a', nowMs) !== undefined) nowMs += 1_000;
    waits.push((nowMs - before) / 1_000);
  }
  assert.deepEqual(waits, [5, 10, 20, 40, 80, 160, 300, 300]);
  penalties.add('gate a', 'blocked', nowMs);
  assert.equal(penalties.of('gate a', nowMs), 'blocked (9 times); it is asked again in 300 s');
  assert.equal(penalties.of('gate b', nowMs), undefined);
  nowMs += 5 * 3_600_000;
  penalties.add('gate a', 'blocked', nowMs);
  assert.equal(penalties.of('gate a', nowMs), 'blocked; it is asked again in 5 s');
});
