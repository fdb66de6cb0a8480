import type { ServiceCommand } from '../command.ts';
import { beginOptions, beginQuery, showBegun, waitOption, type Begun } from '../plan/begin.ts';

export const rollback: ServiceCommand = {
  args: [{ name: 'id', summary: 'from `config list`' }],
  options: [...beginOptions, waitOption],
  details: 'Makes its contents the target again: a new configuration with the same options, versions and spec.',
  run: async (input, context) => {
    const path = context.path(`/configurations/${encodeURIComponent(input.arg('id'))}/rollback`);
    const answer = await context.api().send<Begun>('POST', path, { query: beginQuery(input) });
    return showBegun(answer, input, context);
  },
};
