import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runSeeds } from '@warder/sim/kit';

/** Bounded by time as well: `npm run sim -- --kafka` is there for more. */
const SEEDS = 60;
const TIME_MAX_MS = 15_000;

const thread = new URL('thread.ts', import.meta.url);

test('no upgrade loses a record, takes a partition down or passes a door by itself, whatever the storm', async (t) => {
  const endMs = performance.now() + TIME_MAX_MS;
  const failures: string[] = [];
  let seeds = 0;
  await runSeeds({
    from: 1,
    count: SEEDS,
    thread,
    each: (result) => {
      seeds += 1;
      failures.push(
        ...result.failures.map((text) => `npm run sim -- --kafka --seed ${result.seed} --verbose: ${text}`),
      );
      return performance.now() < endMs;
    },
  });
  assert.deepEqual(failures, []);
  t.diagnostic(`${seeds} seeds, each twice`);
});
