import type { DryRunAnswer, RunView, ServiceAnswer, Started } from '../api/answers.ts';
import type { Command, ServiceContext } from '../command.ts';
import { CliError, exitCodes, usageError } from '../exit.ts';
import { approvalOf, beginOptions, sendBegin, showDryRun } from '../plan/begin.ts';
import { followRun } from '../plan/follow.ts';
import { leftBehindLines } from '../plan/tree.ts';
import { findService } from '../service/find.ts';
import { sleep } from '../server/process.ts';
import { askLine } from '../system/confirm.ts';
import { serviceContext } from './install.ts';
import { waitOption } from './options.ts';

export const uninstall: Command = {
  args: [{ name: 'service', summary: 'see `service list`' }],
  options: [{ flags: '-y, --yes', summary: 'ask nothing' }, ...beginOptions, waitOption],
  details: 'Stops its tasks and destroys its volumes: the data is gone. Ctrl-C only stops showing it.',
  run: async (input, context) => {
    const service = input.arg('service');
    const path = `/v1/services/${encodeURIComponent(service)}`;
    const inService = serviceContext(context, service);
    // So that nobody is asked to confirm a name that is not there.
    await findService(context, service);
    if (input.flag('dryRun')) {
      const seen = await sendBegin<DryRunAnswer>(input, context, { method: 'DELETE', path });
      return showDryRun(seen, input, context, approvalOf(seen));
    }
    if (!input.flag('yes')) await confirmName(service, inService);
    const answer = await sendBegin<Started>(input, context, { method: 'DELETE', path });
    context.out.line(answer.message ?? `${service} is being uninstalled`);
    if (input.values['wait'] === false || answer.runId === undefined) return exitCodes.ok;
    return untilGone(inService, answer.runId);
  },
};

async function confirmName(service: string, context: ServiceContext): Promise<void> {
  if (!context.input.isTTY) throw usageError(`uninstalling ${service} destroys its data`, 'add --yes to do it unasked');
  const typed = await askLine(context, `This destroys all data of ${service}. Type its name to go on: `);
  if (typed !== service) {
    throw new CliError('not-confirmed', `"${typed}" is not ${service}: nothing was changed`, {
      exit: exitCodes.refused,
    });
  }
}

/** The run disappears with the service: that is its end. */
async function untilGone(context: ServiceContext, runId: string): Promise<number> {
  const { out, err, hint, service } = context;
  let last: RunView | undefined;
  try {
    const run = await followRun(context, runId, (seen) => (last = seen));
    if (run === undefined) return exitCodes.interrupted;
    if (run.status === 'ERROR') {
      err.line(`error: ${service} could not be uninstalled (run-not-complete)`);
      err.line(`next: ${hint(`${service} debug why`)}`);
      return exitCodes.failed;
    }
  } catch (error) {
    if (!(error instanceof CliError) || error.exit !== exitCodes.missing || error.code === 'server-not-running')
      throw error;
  }
  await untilForgotten(context);
  for (const line of last === undefined ? [] : leftBehindLines(last)) err.line(line);
  out.line(`${service} is gone`);
  return exitCodes.ok;
}

const forgetMs = 30_000;
const lookMs = 100;

/** Its records go last, after the run has ended. */
async function untilForgotten({ api, service, hint }: ServiceContext): Promise<void> {
  const giveUpMs = Date.now() + forgetMs;
  while ((await api().get<readonly ServiceAnswer[]>('/v1/services')).some(({ name }) => name === service)) {
    if (Date.now() > giveUpMs) {
      throw new CliError('uninstall-slow', `${service} is still listed`, { next: hint('server logs') });
    }
    await sleep(lookMs);
  }
}
