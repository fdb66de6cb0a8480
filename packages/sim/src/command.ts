/** The command of a simulator: many seeds, the story of one, or the hunt for planted bugs. */
import { parseArgs } from 'node:util';
import { runSeeds } from './crew.ts';
import { hunt } from './mutant/hunt.ts';
import type { Mutant } from './mutant/mutants.ts';

export type Simulator = {
  /** What it is called with, besides the options that all have. */
  readonly command: string;
  /** What its threads run. */
  readonly thread: URL;
  readonly mutants: readonly Mutant[];
  /** Everything that happened. */
  readonly story: (seed: number) => Promise<readonly string[]>;
};

const TRACE_LINES = 60;
/** Failed seeds whose story is told. */
const REPORTS_MAX = 3;
/** How often it says how far it is. */
const PROGRESS_MS = 15_000;

const options = {
  kafka: { type: 'boolean' },
  seeds: { type: 'string', default: '100' },
  from: { type: 'string', default: '1' },
  seed: { type: 'string' },
  verbose: { type: 'boolean', default: false },
  mutants: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

const helpOf = (command: string): string =>
  `usage: ${command} [--seeds N] [--from S] | ${command} --seed S [--verbose] | ${command} --mutants
  --seeds N    how many seeds to run (100), each twice
  --from S     the first of them (1)
  --seed S     only this one
  --verbose    print everything that happened
  --mutants    plant known bugs, one after the other, and see after how many seeds each is found`;

/** Resolves to the exit code: 1 when a property does not hold or a planted bug is not found, 2 when it was called wrong. */
export async function runCommand(simulator: Simulator): Promise<number> {
  const { values } = parseArgs({ options });
  const from = numberOf(values.seed ?? values.from);
  const count = values.seed === undefined ? numberOf(values.seeds) : 1;
  if (values.help || from === undefined || count === undefined) {
    console.log(helpOf(simulator.command));
    return values.help ? 0 : 2;
  }
  return values.mutants ? runMutants(simulator) : runAll(simulator, from, count, values.verbose);
}

async function runAll(simulator: Simulator, from: number, count: number, verbose: boolean): Promise<number> {
  const startMs = performance.now();
  const failed = new Set<number>();
  let [done, crashes, virtualMs] = [0, 0, 0];
  const progress = setInterval(() => console.log(`${done} of ${count} seeds, ${failed.size} failed`), PROGRESS_MS);
  try {
    await runSeeds({
      from,
      count,
      thread: simulator.thread,
      each: (result) => {
        done += 1;
        crashes += result.crashes;
        virtualMs += result.virtualMs;
        // At once: whoever waits for ten thousand wants to know.
        for (const failure of result.failures) console.log(`seed ${result.seed}: ${failure}`);
        if (result.failures.length > 0) failed.add(result.seed);
        return true;
      },
    });
  } finally {
    clearInterval(progress);
  }
  const seconds = (performance.now() - startMs) / 1000;
  const seeds = [...failed].toSorted((a, b) => a - b);
  for (const seed of verbose ? [from] : seeds.slice(0, REPORTS_MAX)) {
    const story = await simulator.story(seed);
    console.log((verbose ? story : story.slice(-TRACE_LINES)).join('\n'));
    if (failed.has(seed)) console.log(`replay: ${simulator.command} --seed ${seed} --verbose\n`);
  }
  console.log(
    `${count} seeds, each twice: ${failed.size} failed; ${(count / seconds).toFixed(1)} seeds/s, ` +
      `${(virtualMs / 3_600_000).toFixed(0)} simulated hours, ${crashes} crashes`,
  );
  if (seeds.length > 0) console.log(`failed: ${seeds.join(' ')}`);
  return seeds.length > 0 ? 1 : 0;
}

/** One that is not found tells that a checker is missing. */
async function runMutants({ mutants, thread }: Simulator): Promise<number> {
  let missed = 0;
  for (const mutant of mutants) {
    const { name, seeds, failure } = await hunt(mutant, thread);
    if (failure === undefined) missed += 1;
    console.log(`${name}: ${failure === undefined ? `not found in ${seeds} seeds` : `${seeds} seeds: ${failure}`}`);
  }
  return missed > 0 ? 1 : 0;
}

function numberOf(text: string): number | undefined {
  const number = Number(text);
  return Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}
