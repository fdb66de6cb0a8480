/** `npm run sim -- --seeds 1000`, or `--seed 17 --verbose` to replay one. Exit code 1 when a property does not hold. */
import { parseArgs } from 'node:util';
import { simulate, simulateTwice } from './scenario.ts';

const HELP = `usage: npm run sim -- [--seeds N] [--from S] | --seed S [--verbose]
  --seeds N    how many seeds to run (100), each twice
  --from S     the first of them (1)
  --seed S     only this one
  --verbose    print everything that happened`;
const TRACE_LINES = 60;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    verbose: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(HELP);
else process.exitCode = await main();

async function main(): Promise<number> {
  const from = numberOf(values.seed ?? values.from);
  const count = values.seed === undefined ? numberOf(values.seeds) : 1;
  if (from === undefined || count === undefined) {
    console.error(HELP);
    return 2;
  }
  const startMs = performance.now();
  const failed: number[] = [];
  let crashes = 0;
  let virtualMs = 0;
  for (let seed = from; seed < from + count; seed += 1) {
    const outcome = await simulateTwice(seed);
    crashes += outcome.crashes;
    virtualMs += outcome.virtualMs;
    if (outcome.failures.length > 0) failed.push(seed);
    if (outcome.failures.length > 0 || values.verbose) await report(seed, outcome.failures);
  }
  const seconds = (performance.now() - startMs) / 1000;
  console.log(
    `${count} seeds, each twice: ${failed.length} failed; ${(count / seconds).toFixed(1)} seeds/s, ` +
      `${(virtualMs / 3_600_000).toFixed(0)} simulated hours, ${crashes} crashes`,
  );
  if (failed.length > 0) console.log(`failed: ${failed.join(' ')}`);
  return failed.length > 0 ? 1 : 0;
}

async function report(seed: number, failures: readonly string[]): Promise<void> {
  const { trace } = await simulate(seed, true);
  const lines = values.verbose ? trace : trace.slice(-TRACE_LINES);
  console.log(lines.join('\n'));
  for (const failure of failures) console.log(`seed ${seed}: ${failure}`);
  if (failures.length > 0) console.log(`replay: npm run sim -- --seed ${seed} --verbose\n`);
}

function numberOf(text: string): number | undefined {
  const number = Number(text);
  return Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}
