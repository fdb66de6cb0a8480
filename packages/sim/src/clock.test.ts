import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settled, VirtualClock } from './clock.ts';

test('timers fire in the order of their times, and of their setting at one time', () => {
  const clock = new VirtualClock(1_000);
  const fired: string[] = [];
  clock.wake(1_020, () => fired.push('b'));
  clock.wake(1_010, () => fired.push('a'));
  clock.wake(1_020, () => fired.push('c'));
  const cancel = clock.wake(1_015, () => fired.push('cancelled'));
  cancel();
  while (clock.fire());
  assert.deepEqual(fired, ['a', 'b', 'c']);
  assert.equal(clock.now(), 1_020);
  assert.equal(clock.nextMs(), undefined);
});

test('what is set for the past fires now', () => {
  const clock = new VirtualClock(1_000);
  clock.wake(5, () => {});
  assert.equal(clock.nextMs(), 1_000);
});

test('promises that wait for the clock go on when it fires', async () => {
  const clock = new VirtualClock(0);
  let done = false;
  void clock.sleep(50).then(() => {
    done = true;
  });
  await settled();
  assert.equal(done, false);
  clock.fire();
  await settled();
  assert.equal(done, true);
});
