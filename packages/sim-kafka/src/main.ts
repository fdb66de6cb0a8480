/** `npm run sim -- --kafka --seeds 1000`, or `--kafka --seed 17 --verbose`. Without `--kafka` the ordinary simulator. */
import { parseArgs } from 'node:util';
import { huntAll, runSeeds } from '@warder/sim/kit';
import { loadScenario } from './load.ts';
import { mutants } from './mutant/mutants.ts';

const HELP = `usage: npm run sim -- --kafka [--seeds N] [--from S] | --kafka --seed S [--verbose] | --kafka --mutants
  --seeds N    how many seeds to run (100), each twice
  --from S     the first of them (1)
  --seed S     only this one
  --verbose    print everything that happened
  --mutants    plant known bugs, one after the other, and see after how many seeds each is found`;
const TRACE_LINES = 60;
/** Failed seeds whose story is told. */
const REPORTS_MAX = 3;

const thread = new URL('thread.ts', import.meta.url);

if (process.argv.includes('--kafka')) process.exitCode = await main();
else await import('@warder/sim/main');

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      kafka: { type: 'boolean' },
      seeds: { type: 'string', default: '100' },
      from: { type: 'string', default: '1' },
      seed: { type: 'string' },
      verbose: { type: 'boolean', default: false },
      mutants: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.mutants) return mutantsFound();
  const from = Number(values.seed ?? values.from);
  const count = values.seed === undefined ? Number(values.seeds) : 1;
  if (values.help || !Number.isSafeInteger(from) || !Number.isSafeInteger(count)) {
    console.log(HELP);
    return values.help ? 0 : 2;
  }
  return runAll(from, count, values.verbose);
}

async function runAll(from: number, count: number, verbose: boolean): Promise<number> {
  const startMs = performance.now();
  const failed = new Set<number>();
  let [crashes, virtualMs] = [0, 0];
  await runSeeds({
    from,
    count,
    thread,
    each: (result) => {
      crashes += result.crashes;
      virtualMs += result.virtualMs;
      for (const failure of result.failures) console.log(`seed ${result.seed}: ${failure}`);
      if (result.failures.length > 0) failed.add(result.seed);
      return true;
    },
  });
  const seconds = (performance.now() - startMs) / 1000;
  const seeds = [...failed].toSorted((a, b) => a - b);
  for (const seed of verbose ? [from] : seeds.slice(0, REPORTS_MAX)) await report(seed, verbose);
  console.log(
    `${count} seeds of Kafka, each twice: ${failed.size} failed; ${(count / seconds).toFixed(1)} seeds/s, ` +
      `${(virtualMs / 3_600_000).toFixed(0)} simulated hours, ${crashes} crashes`,
  );
  if (seeds.length > 0) console.log(`failed: ${seeds.join(' ')}`);
  return seeds.length > 0 ? 1 : 0;
}

/** Exit code 1 when one is not found: then a checker is missing. */
async function mutantsFound(): Promise<number> {
  let missed = 0;
  for await (const { name, seeds, failure } of huntAll(mutants, thread)) {
    if (failure === undefined) missed += 1;
    console.log(`${name}: ${failure === undefined ? `not found in ${seeds} seeds` : `${seeds} seeds: ${failure}`}`);
  }
  return missed > 0 ? 1 : 0;
}

/** The story of a seed: all of it, or its end. */
async function report(seed: number, verbose: boolean): Promise<void> {
  const { code, simulate } = await loadScenario();
  const { trace, failures } = await simulate(seed, { code, told: true, watched: true });
  console.log((verbose ? trace : trace.slice(-TRACE_LINES)).join('\n'));
  if (failures.length > 0) console.log(`replay: npm run sim -- --kafka --seed ${seed} --verbose\n`);
}
