/** One thread of the crew. The edges, and a planted bug, are in the sources before anything of the package is loaded. */
import { parentPort, workerData } from 'node:worker_threads';
import { plant } from '@warder/sim/kit';
import type { Mutant, Result } from '@warder/sim/kit';
import { loadScenario } from './load.ts';

// Nobody reads the stacks of a thousand worlds, and connections are refused all the time.
Error.stackTraceLimit = 0;
const { mutant } = workerData as { readonly mutant: Mutant | undefined };
if (mutant !== undefined) plant(mutant);
const { code, simulateTwice } = await loadScenario();

parentPort?.on('message', async (seeds: readonly number[]) => {
  for (const seed of seeds) {
    const { failures, virtualMs, crashes } = await simulateTwice(seed, code);
    parentPort?.postMessage({ seed, failures, virtualMs, crashes } satisfies Result);
  }
  parentPort?.postMessage('more');
});
parentPort?.postMessage('more');
