/** `npm run sim -- --seeds 1000`, or `--seed 17 --verbose` to replay one. Exit code 1 when a property does not hold. */
import { parseArgs } from 'node:util';
import { runSeeds } from './crew.ts';
import { huntAll } from './mutant/hunt.ts';
import { simulate } from './scenario.ts';

const HELP = `usage: npm run sim -- [--seeds N] [--from S] | --seed S [--verbose] | --mutants
  --seeds N    how many seeds to run (100), each twice
  --from S     the first of them (1)
  --seed S     only this one
  --verbose    print everything that happened
  --mutants    plant known bugs, one after the other, and see after how many seeds each is found`;
const TRACE_LINES = 60;
/** Failed seeds whose story is told. */
const REPORTS_MAX = 3;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    verbose: { type: 'boolean', default: false },
    mutants: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(HELP);
else process.exitCode = values.mutants ? await mutants() : await main();

async function main(): Promise<number> {
  const from = numberOf(values.seed ?? values.from);
  const count = values.seed === undefined ? numberOf(values.seeds) : 1;
  if (from === undefined || count === undefined) {
    console.error(HELP);
    return 2;
  }
  const startMs = performance.now();
  const failed = new Set<number>();
  let crashes = 0;
  let virtualMs = 0;
  await runSeeds({
    from,
    count,
    each: (result) => {
      crashes += result.crashes;
      virtualMs += result.virtualMs;
      // At once: whoever waits for ten thousand wants to know.
      for (const failure of result.failures) console.log(`seed ${result.seed}: ${failure}`);
      if (result.failures.length > 0) failed.add(result.seed);
      return true;
    },
  });
  const seconds = (performance.now() - startMs) / 1000;
  const seeds = [...failed].toSorted((a, b) => a - b);
  for (const seed of values.verbose ? [from] : seeds.slice(0, REPORTS_MAX)) await report(seed, failed.has(seed));
  console.log(
    `${count} seeds, each twice: ${failed.size} failed; ${(count / seconds).toFixed(1)} seeds/s, ` +
      `${(virtualMs / 3_600_000).toFixed(0)} simulated hours, ${crashes} crashes`,
  );
  if (seeds.length > 0) console.log(`failed: ${seeds.join(' ')}`);
  return seeds.length > 0 ? 1 : 0;
}

/** Exit code 1 when one is not found: then a checker is missing. */
async function mutants(): Promise<number> {
  let missed = 0;
  for await (const { name, seeds, failure } of huntAll()) {
    if (failure === undefined) missed += 1;
    console.log(`${name}: ${failure === undefined ? `not found in ${seeds} seeds` : `${seeds} seeds: ${failure}`}`);
  }
  return missed > 0 ? 1 : 0;
}

/** The story of a seed: all of it, or its end. */
async function report(seed: number, failed: boolean): Promise<void> {
  const { trace } = await simulate(seed, { told: true, watched: true });
  const lines = values.verbose ? trace : trace.slice(-TRACE_LINES);
  console.log(lines.join('\n'));
  if (failed) console.log(`replay: npm run sim -- --seed ${seed} --verbose\n`);
}

function numberOf(text: string): number | undefined {
  const number = Number(text);
  return Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}
