import type { ServiceCommand } from '../command.ts';
import { usageError } from '../exit.ts';
import { begin, beginOptions, waitOption } from './begin.ts';
import { planArg } from './part.ts';

export const start: ServiceCommand = {
  args: [planArg],
  options: [
    {
      flags: '-p, --params <name=value>',
      summary: 'a parameter: it is in the environment of every task that the run launches',
      repeat: true,
    },
    ...beginOptions,
    waitOption,
  ],
  details: `Example:
  warder cassandra plan start backup -p SNAPSHOT=monday -p KEYSPACES='a,b' --dry-run`,
  run: async (input, context) => {
    const body = paramsOf(input.list('params'));
    const path = context.path(`/plans/${encodeURIComponent(input.arg('plan'))}/start`);
    return begin(input, context, { path, body });
  },
};

/** @throws CliError `usage` for what is not `NAME=value` */
export function paramsOf(given: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    given.map((text) => {
      const [, name, value] = /^([A-Za-z_]\w*)=(.*)$/s.exec(text) ?? [];
      if (name !== undefined && value !== undefined) return [name, value];
      throw usageError(`${text} is no parameter`, 'write NAME=value, the name as that of an environment variable');
    }),
  );
}
