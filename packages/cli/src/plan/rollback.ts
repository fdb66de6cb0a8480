import type { ServiceCommand } from '../command.ts';
import { beginOptions, beginQuery, showBegun, waitOption, type Begun } from './begin.ts';
import { planArg } from './part.ts';

export const rollback: ServiceCommand = {
  args: [planArg],
  options: [...beginOptions, waitOption],
  details: `Ends the newest deploy or update run, and begins one that brings back the configuration from before it.
Older ones: config rollback <id>.`,
  run: async (input, context) => {
    const path = context.path(`/plans/${encodeURIComponent(input.arg('plan'))}/rollback`);
    const answer = await context.api().send<Begun>('POST', path, { query: beginQuery(input) });
    return showBegun(answer, input, context);
  },
};
