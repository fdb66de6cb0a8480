import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Progress, progressText, type Seen } from './progress.ts';

const seen = (copied: number, more: Partial<Seen> = {}): Seen => ({
  moves: 12,
  done: 3,
  wantedBytes: 1000 * 2 ** 20,
  copiedBytes: copied * 2 ** 20,
  copies: [
    { name: 'a-1 to 4', wantedBytes: 100, copiedBytes: 90 },
    { name: 'a-2 to 4', wantedBytes: 200, copiedBytes: 20 },
  ],
  away: [],
  leftOut: [],
  ...more,
});

test('it tells how much, how fast, how long still, and who has most left', () => {
  const progress = new Progress();
  assert.equal(progress.rate(), undefined);
  progress.add(0, seen(100));
  progress.add(10_000, seen(200));
  assert.equal(
    progressText(seen(200, { throttle: 2 ** 20 }), progress),
    '3 of 12 partitions, 200.0 MiB of 1000.0 MiB, 10.0 MiB/s, about 80 s left, throttled to 1.0 MiB/s; most left: a-2 to 4 (10 %), a-1 to 4 (90 %)',
  );
  assert.match(progressText(seen(200, { away: [4] }), progress), /; broker 4 not in the cluster: their copies wait/);
  assert.match(progressText(seen(200, { leftOut: ['b-1 (gone)'] }), progress), /; left out: b-1 \(gone\)$/);
});

test('where as much is written as the throttle lets through, it says what to do', () => {
  const progress = new Progress();
  for (let at = 0; at <= 25; at += 5) {
    const now = seen(100 + at, { wantedBytes: (1000 + at) * 2 ** 20, throttle: 5 });
    progress.add(at * 1000, now);
    assert.equal(/nothing is gained.*raise it \(rebalance throttle/.test(progressText(now, progress)), at >= 20);
  }
  progress.add(30_000, seen(300));
  assert.doesNotMatch(progressText(seen(300), progress), /nothing is gained/);
});

test('only what was seen in the last half minute counts', () => {
  const progress = new Progress();
  progress.add(0, seen(0));
  progress.add(100_000, seen(100));
  progress.add(110_000, seen(110));
  assert.equal(progress.rate(), 2 ** 20);
});
