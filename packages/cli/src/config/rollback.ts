import type { ServiceCommand } from '../command.ts';
import { begin, beginOptions, waitOption } from '../plan/begin.ts';

export const rollback: ServiceCommand = {
  args: [{ name: 'id', summary: 'from `config list`' }],
  options: [...beginOptions, waitOption],
  details: 'Makes its contents the target again: a new configuration with the same options, versions and spec.',
  run: (input, context) =>
    begin(input, context, { path: context.path(`/configurations/${encodeURIComponent(input.arg('id'))}/rollback`) }),
};
