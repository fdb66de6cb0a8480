/** What begins a run can be looked at first (`--dry-run`), and then be begun just as it was shown (`--approve`). */
import type { DryRunAnswer, Started } from '../api/answers.ts';
import { ApiError, type Query } from '../api/client.ts';
import { jsonOption, type Context, type Input, type OptionSpec, type ServiceContext } from '../command.ts';
import { CliError, exitCodes } from '../exit.ts';
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
type Begun = Started & Partial<DryRunAnswer>;

const beginQuery = (input: Input): Query => ({
  dryRun: input.flag('dryRun') ? true : undefined,
  hash: input.text('approve'),
});

type BeginRequest = {
  readonly method?: 'POST' | 'DELETE';
  readonly path: string;
  readonly query?: Query;
  readonly body?: unknown;
};

/** Ask for it, and print what it would do, or follow what has begun. */
export async function begin(input: Input, context: ServiceContext, request: BeginRequest): Promise<number> {
  const answer = await sendBegin<Begun>(input, context, request);
  if (isDryRun(answer)) return showDryRun(answer, input, context, approvalOf(answer));
  context.out.line(answer.message ?? 'begun');
  return followOrHint(context, answer.runId, input.flag('wait'));
}

export function sendBegin<T>(input: Input, context: Context, request: BeginRequest): Promise<T> {
  const { method = 'POST', path, query, body } = request;
  const asked = context.api().send<T>(method, path, {
    query: { ...beginQuery(input), ...query },
    ...(body === undefined ? {} : { body }),
  });
  return orStale(asked, input, context);
}

/** What was approved and does not hold any more says how to look at it again. */
export async function orStale<T>(asked: Promise<T>, input: Input, { hint }: Context): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'plan-stale') throw error;
    throw new CliError('plan-stale', error.message, {
      exit: error.exit,
      next: `look at it as it would be now: ${hint(`${input.line} --dry-run`)}`,
      cause: error,
    });
  }
}

export const approvalOf = ({ hash }: DryRunAnswer): string => ` --approve ${hash}`;

const isDryRun = (answer: Begun): answer is Begun & DryRunAnswer => answer.hash !== undefined;

/** `approval`: what is to be added to the command line to begin exactly that. */
export function showDryRun(answer: DryRunAnswer, input: Input, { out, hint }: Context, approval = ''): number {
  if (input.json) printJson(out, answer);
  else for (const line of dryRunLines(answer, out.paint, hint(input.line) + approval)) out.line(line);
  return answer.refusals.length === 0 ? exitCodes.ok : exitCodes.refused;
}
