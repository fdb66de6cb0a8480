/** `npm run sim -- --seeds 1000`, or `--seed 17 --verbose` to replay one. */
import { runCommand } from './command.ts';
import { mutants } from './mutant/mutants.ts';
import { simulate } from './scenario.ts';

process.exitCode = await runCommand({
  command: 'npm run sim --',
  thread: new URL('thread.ts', import.meta.url),
  mutants,
  story: async (seed) => (await simulate(seed, { told: true, watched: true })).trace,
});
