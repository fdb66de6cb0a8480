import type { DryRunAnswer, PackageDetail, Started } from '../api/answers.ts';
import { jsonOption, type Command } from '../command.ts';
import { usageError } from '../exit.ts';
import { followOrHint } from '../plan/follow.ts';
import { findService } from '../service/find.ts';
import { readGiven } from './given.ts';
import { serviceContext, showDryRun } from './install.ts';
import { dryRunOption, optionOptions, waitOption } from './options.ts';

export const update: Command = {
  args: [{ name: 'service', summary: 'see `service list`' }],
  options: [
    ...optionOptions,
    { flags: '--replace-options', summary: 'forget the options given before: not named means default' },
    dryRunOption,
    { flags: '--hash <hash>', summary: 'of a dry run: do exactly that, or refuse' },
    waitOption,
    { ...jsonOption, summary: 'with --dry-run: print the answer of the API as JSON' },
  ],
  details: `Options are merged into those given before. What can be changed live is; only the rest is restarted, one at
a time, when it is safe.

Example:
  warder package update kafka --set brokers.heap=1024 --dry-run`,
  run: async (input, context) => {
    const service = input.arg('service');
    const known = await findService(context, service);
    const detail = await context.api().get<PackageDetail>(`/v1/packages/${encodeURIComponent(known.package)}`);
    const options = readGiven(input, detail.options);
    const version = input.text('version');
    const replaceOptions = input.flag('replaceOptions');
    if (options === undefined && version === undefined && !replaceOptions) {
      throw usageError('nothing to change is given', 'warder package update --help');
    }
    const dryRun = input.flag('dryRun');
    const body = { options, version, hash: input.text('hash'), ...(replaceOptions ? { replaceOptions } : {}), dryRun };
    const path = `/v1/services/${encodeURIComponent(service)}`;
    const answer = await context.api().send<Started & DryRunAnswer>('PUT', path, { body });
    if (dryRun) return showDryRun(answer, input, context);
    context.out.line(answer.message ?? `${service} is being updated`);
    return followOrHint(serviceContext(context, service), answer.runId, input.values['wait'] !== false);
  },
};
