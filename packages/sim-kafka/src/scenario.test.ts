import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runSeeds } from '@warder/sim/kit';
import type { Result } from '@warder/sim/kit';

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
      failures.push(...textOf(result));
      return performance.now() < endMs;
    },
  });
  assert.deepEqual(failures, []);
  t.diagnostic(`${seeds} seeds, each twice`);
});

/** Worlds in which something once was wrong: for as long as what is drawn stays the same, they are the very same. */
const FOUND = [
  723, 1026, 1104, 1150, 1160, 1176, 1269, 1627, 1968, 2150, 2213, 2380, 2390, 2816, 2879, 2947, 2951, 3058, 3421, 3496,
  3546, 3907,
];

test('worlds that once went wrong do not any more', async () => {
  const failures: string[] = [];
  const each = (result: Result): boolean => {
    failures.push(...textOf(result));
    return true;
  };
  for (const seed of FOUND) await runSeeds({ from: seed, count: 1, thread, each });
  assert.deepEqual(failures, []);
});

const textOf = ({ seed, failures }: Result): readonly string[] =>
  failures.map((text) => `npm run sim -- --kafka --seed ${seed} --verbose: ${text}`);
