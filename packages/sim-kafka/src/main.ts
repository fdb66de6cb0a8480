/** `npm run sim -- --kafka --seeds 1000`, or `--kafka --seed 17 --verbose`. Without `--kafka` the ordinary simulator. */
import { runCommand } from '@warder/sim/command';
import { loadScenario } from './load.ts';
import { mutants } from './mutant/mutants.ts';

if (process.argv.includes('--kafka')) {
  process.exitCode = await runCommand({
    command: 'npm run sim -- --kafka',
    thread: new URL('thread.ts', import.meta.url),
    mutants,
    story: async (seed) => {
      const { code, simulate } = await loadScenario();
      return (await simulate(seed, { code, told: true, watched: true })).trace;
    },
  });
} else {
  await import('@warder/sim/main');
}
