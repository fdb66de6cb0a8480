import type { ServiceCommand } from '../command.ts';
import { begin, beginOptions, waitOption } from './begin.ts';
import { planArg } from './part.ts';

export const rollback: ServiceCommand = {
  args: [planArg],
  options: [...beginOptions, waitOption],
  details: `Ends the newest deploy or update run, and begins one that brings back the configuration from before it.
Older ones: config rollback <id>.`,
  run: (input, context) =>
    begin(input, context, { path: context.path(`/plans/${encodeURIComponent(input.arg('plan'))}/rollback`) }),
};
