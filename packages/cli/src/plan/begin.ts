/** What begins a run can be looked at first (`--dry-run`), and then be begun just as it was shown (`--approve`). */
import type { DryRunAnswer, Started } from '../api/answers.ts';
import type { Query } from '../api/client.ts';
import { jsonOption, type Context, type Input, type OptionSpec, type ServiceContext } from '../command.ts';
import { exitCodes } from '../exit.ts';
import { printJson } from '../output/json.ts';
import { dryRunLines } from './dry-run.ts';
import { followOrHint } from './follow.ts';

export const dryRunOption: OptionSpec = { flags: '--dry-run', summary: 'only show what would be done' };

export const dryRunJsonOption: OptionSpec = {
  ...jsonOption,
  summary: 'with --dry-run: print the answer of the API as JSON',
};

export const beginOptions: readonly OptionSpec[] = [
  dryRunOption,
  { flags: '--approve <hash>', summary: 'of a dry run: do exactly that, or refuse' },
  dryRunJsonOption,
];

export const waitOption: OptionSpec = { flags: '--wait', summary: 'show it live until it ends' };

/** What was begun, or what would be done: a dry run has a hash. */
export type Begun = Started & Partial<DryRunAnswer>;

export const beginQuery = (input: Input): Query => ({
  dryRun: input.flag('dryRun') ? true : undefined,
  hash: input.text('approve'),
});

/** Print what the API answered to a request that begins a run. */
export async function showBegun(answer: Begun, input: Input, context: ServiceContext): Promise<number> {
  if (isDryRun(answer)) return showDryRun(answer, input, context, ` --approve ${answer.hash}`);
  context.out.line(answer.message ?? 'begun');
  return followOrHint(context, answer.runId, input.flag('wait'));
}

const isDryRun = (answer: Begun): answer is Begun & DryRunAnswer => answer.hash !== undefined;

/** `approval`: what is to be added to the command line to begin exactly that. */
export function showDryRun(answer: DryRunAnswer, input: Input, { out, hint }: Context, approval = ''): number {
  if (input.json) printJson(out, answer);
  else for (const line of dryRunLines(answer, out.paint, hint(input.line) + approval)) out.line(line);
  return answer.refusals.length === 0 ? exitCodes.ok : exitCodes.refused;
}
