/** How many seeds it takes until a planted bug is seen. */
import { runSeeds } from '../crew.ts';
import type { Mutant } from './mutants.ts';

export type Catch = {
  readonly name: string;
  /** From the first one on; with no failure, all of them. */
  readonly seeds: number;
  /** What a checker said. */
  readonly failure: string | undefined;
};

/** A bug that takes more is not found: its checker is missing. */
const SEEDS_MAX = 1_000;

/** `thread`: of another simulator. */
export async function hunt(mutant: Mutant, thread?: URL): Promise<Catch> {
  let first: { readonly seed: number; readonly failure: string } | undefined;
  await runSeeds({
    from: 1,
    count: SEEDS_MAX,
    mutant,
    ...(thread === undefined ? {} : { thread }),
    each: ({ seed, failures: [failure] }) => {
      if (failure === undefined) return true;
      if (first === undefined || seed < first.seed) first = { seed, failure };
      return false;
    },
  });
  return { name: mutant.name, seeds: first?.seed ?? SEEDS_MAX, failure: first?.failure };
}
