/** What an operator says of an agent. */
import type { AgentOrder } from '../api/answers.ts';
import type { Command, Context } from '../command.ts';
import { CliError, exitCodes, usageError } from '../exit.ts';
import { askLine } from '../system/confirm.ts';

type Answer = {
  readonly message: string;
  readonly instances: readonly { readonly service: string; readonly instance: string }[];
};

type Order = {
  /** What becomes of what is on it. */
  readonly details: string;
  /** Asked for by its name, since data is lost. */
  readonly loses?: true;
};

export function setAgent(order: AgentOrder, { details, loses }: Order): Command {
  return {
    args: [{ name: 'agent', summary: 'see `agent list`' }],
    options: loses === true ? [{ flags: '-y, --yes', summary: 'ask nothing' }] : [],
    details,
    run: async (input, context) => {
      const agent = input.arg('agent');
      if (loses === true && !input.flag('yes')) await confirmLoss(agent, context);
      const path = `/v1/agents/${encodeURIComponent(agent)}/${order}`;
      const { message, instances } = await context.api().send<Answer>('POST', path);
      context.out.line(message);
      for (const { service, instance } of instances) context.out.line(`  ${service} has ${instance} there`);
      return exitCodes.ok;
    },
  };
}

async function confirmLoss(agent: string, context: Context): Promise<void> {
  if (!context.input.isTTY) throw usageError(`what is on ${agent} is lost then`, 'add --yes to do it unasked');
  const typed = await askLine(context, `All data on ${agent} is given up. Type its name to go on: `);
  if (typed === agent) return;
  throw new CliError('not-confirmed', `"${typed}" is not ${agent}: nothing was changed`, { exit: exitCodes.refused });
}
