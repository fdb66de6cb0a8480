/** `pod restart` and `pod replace`: refused while a gate is closed, unless forced. */
import type { Started } from '../api/answers.ts';
import { ApiError } from '../api/client.ts';
import type { Input, OptionSpec, ServiceContext } from '../command.ts';
import { CliError } from '../exit.ts';
import { followOrHint } from '../plan/follow.ts';

export const podOptions: readonly OptionSpec[] = [
  { flags: '--force', summary: 'pass the gates, at the risk that they name' },
  { flags: '--wait', summary: 'show it live until it ends' },
];

export async function requestPod(
  input: Input,
  context: ServiceContext,
  verb: 'restart' | 'replace',
  risk: string,
): Promise<number> {
  const instance = input.arg('instance');
  const force = input.flag('force');
  if (force) context.err.line(`warning: --force passes the gates: ${risk}`);
  const { message, runId } = await send(context, instance, verb, force, risk);
  context.out.line(message ?? `${verb} of ${instance} begins (${runId})`);
  return followOrHint(context, runId, input.flag('wait'));
}

async function send(
  context: ServiceContext,
  instance: string,
  verb: 'restart' | 'replace',
  force: boolean,
  risk: string,
): Promise<Started> {
  try {
    return await context.api().send<Started>('POST', context.path(`/pod/${encodeURIComponent(instance)}/${verb}`), {
      query: { force: force ? true : undefined },
    });
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'gate-closed') throw error;
    throw new CliError(error.code, error.message, {
      exit: error.exit,
      details: error.details,
      next: `wait until it is open, or ${context.hint(`${context.service} pod ${verb} ${instance} --force`)} (${risk})`,
      cause: error,
    });
  }
}
