/** Requests on one pod instance: refused while a gate is closed, unless forced. */
import { ApiError } from '../api/client.ts';
import type { ArgSpec, Input, OptionSpec, ServiceContext } from '../command.ts';
import { CliError } from '../exit.ts';
import { begin, beginOptions, waitOption } from '../plan/begin.ts';

export const instanceArg: ArgSpec = { name: 'instance', summary: 'kafka-0' };

export const resumeOptions: readonly OptionSpec[] = [...beginOptions, waitOption];

export const podOptions: readonly OptionSpec[] = [
  { flags: '--force', summary: 'pass the gates, at the risk that they name' },
  ...resumeOptions,
];

export const tasksOption: OptionSpec = {
  flags: '-t, --tasks <names>',
  summary: 'only these tasks of it, as in server,sidecar (default: all)',
};

export const tasksOf = (input: Input): readonly string[] =>
  (input.text('tasks') ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

type PodRequest = {
  readonly verb: 'restart' | 'replace' | 'pause' | 'resume';
  /** What passing the gates may harm. */
  readonly risk?: string;
  readonly body?: unknown;
};

export async function requestPod(input: Input, context: ServiceContext, request: PodRequest): Promise<number> {
  const { verb, risk, body } = request;
  if (input.flag('force')) context.err.line(`warning: --force passes the gates: ${risk}`);
  const path = context.path(`/pod/${encodeURIComponent(input.arg('instance'))}/${verb}`);
  const query = { force: input.flag('force') ? true : undefined };
  try {
    return await begin(input, context, { path, query, body });
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'gate-closed') throw error;
    throw new CliError(error.code, error.message, {
      exit: error.exit,
      details: error.details,
      next: `wait until it is open, or ${context.hint(`${input.line} --force`)} (${risk})`,
      cause: error,
    });
  }
}
