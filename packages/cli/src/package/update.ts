import { resolve } from 'node:path';
import type { OptionSchema } from '@warder/spec';
import type { DryRunAnswer, PackageDetail, Started } from '../api/answers.ts';
import type { Command, Context, Input } from '../command.ts';
import { usageError } from '../exit.ts';
import { approvalOf, beginOptions, orStale, showDryRun } from '../plan/begin.ts';
import { followOrHint } from '../plan/follow.ts';
import { findService } from '../service/find.ts';
import { readFolder } from './catalog-package.ts';
import { readGiven } from './given.ts';
import { rollOf, rollOptions } from './roll.ts';
import { serviceContext } from './install.ts';
import { optionOptions, waitOption } from './options.ts';

export const update: Command = {
  args: [{ name: 'service', summary: 'see `service list`' }],
  options: [
    { flags: '-f, --from <folder>', summary: 'the newer package of a service that was installed with --from' },
    ...optionOptions,
    { flags: '--replace-options', summary: 'forget the options given before: not named means default' },
    ...rollOptions,
    ...beginOptions,
    waitOption,
  ],
  details: `Options are merged into those given before. What can be changed live is; only the rest is restarted, one at
a time, when it is safe. With --parallel several restart at once, where the package says that they may; with --canary
the first one goes alone, and the rest only when it is found well.

Examples:
  warder package update kafka --set brokers.heap=1024 --dry-run
  warder package update kafka --set brokers.heap=1024 --parallel 3 --canary --soak 60 --auto-rollback`,
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
  const folder = input.text('from');
  const from = folder === undefined ? undefined : resolve(folder);
  const schema = from === undefined ? await schemaOf(known.package, context) : readFolder(from).options;
  const options = readGiven(input, schema);
  if (options === undefined && version === undefined && from === undefined && !replaceOptions) {
    throw usageError('nothing to change is given', 'warder package update --help');
  }
  const roll = rollOf(input);
  const dryRun = input.flag('dryRun');
  const body = {
    from,
    options,
    version,
    hash: input.text('approve'),
    ...(roll === undefined ? {} : { roll }),
    ...(replaceOptions ? { replaceOptions } : {}),
    dryRun,
  };
  const path = `/v1/services/${encodeURIComponent(service)}`;
  const asked = context.api().send<Started & DryRunAnswer>('PUT', path, { body });
  const answer = await orStale(asked, input, context);
  if (dryRun) return showDryRun(answer, input, context, approvalOf(answer));
  for (const notice of answer.notices ?? []) context.err.line(`notice: ${notice}`);
  context.out.line(answer.message ?? `${service} is being updated`);
  return followOrHint(serviceContext(context, service), answer.runId, input.values['wait'] !== false);
}

async function schemaOf(packageName: string, context: Context): Promise<OptionSchema> {
  const detail = await context.api().get<PackageDetail>(`/v1/packages/${encodeURIComponent(packageName)}`);
  return detail.options;
}
