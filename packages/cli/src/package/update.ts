import type { DryRunAnswer, PackageDetail, Started } from '../api/answers.ts';
import type { Command, Context, Input } from '../command.ts';
import { usageError } from '../exit.ts';
import { beginOptions, showDryRun } from '../plan/begin.ts';
import { followOrHint } from '../plan/follow.ts';
import { findService } from '../service/find.ts';
import { readGiven } from './given.ts';
import { serviceContext } from './install.ts';
import { optionOptions, waitOption } from './options.ts';

export const update: Command = {
  args: [{ name: 'service', summary: 'see `service list`' }],
  options: [
    ...optionOptions,
    { flags: '--replace-options', summary: 'forget the options given before: not named means default' },
    ...beginOptions,
    waitOption,
  ],
  details: `Options are merged into those given before. What can be changed live is; only the rest is restarted, one at
a time, when it is safe.

Example:
  warder package update kafka --set brokers.heap=1024 --dry-run`,
  run: (input, context) =>
    updateService(input.arg('service'), input, context, {
      version: input.text('version'),
      replaceOptions: input.flag('replaceOptions'),
    }),
};

type Wanted = { readonly version: string | undefined; readonly replaceOptions: boolean };

/** Change what the command line gives: options of `optionOptions`, and what is wanted besides. */
export async function updateService(
  service: string,
  input: Input,
  context: Context,
  { version, replaceOptions }: Wanted,
): Promise<number> {
  const known = await findService(context, service);
  const detail = await context.api().get<PackageDetail>(`/v1/packages/${encodeURIComponent(known.package)}`);
  const options = readGiven(input, detail.options);
  if (options === undefined && version === undefined && !replaceOptions) {
    throw usageError('nothing to change is given', 'warder package update --help');
  }
  const dryRun = input.flag('dryRun');
  const body = { options, version, hash: input.text('approve'), ...(replaceOptions ? { replaceOptions } : {}), dryRun };
  const path = `/v1/services/${encodeURIComponent(service)}`;
  const answer = await context.api().send<Started & DryRunAnswer>('PUT', path, { body });
  if (dryRun) return showDryRun(answer, input, context, ` --approve ${answer.hash}`);
  context.out.line(answer.message ?? `${service} is being updated`);
  return followOrHint(serviceContext(context, service), answer.runId, input.values['wait'] !== false);
}
