/** One thread of the crew. A planted bug is in the sources before anything of them is loaded. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Result } from './crew.ts';
import type { Mutant } from './mutant/mutants.ts';
import { plant } from './mutant/plant.ts';

const { mutant } = workerData as { readonly mutant: Mutant | undefined };
if (mutant !== undefined) plant(mutant);
const { simulateTwice } = await import('./scenario.ts');

parentPort?.on('message', async (seeds: readonly number[]) => {
  for (const seed of seeds) {
    const { failures, virtualMs, crashes } = await simulateTwice(seed);
    parentPort?.postMessage({ seed, failures, virtualMs, crashes } satisfies Result);
  }
  parentPort?.postMessage('more');
});
parentPort?.postMessage('more');
