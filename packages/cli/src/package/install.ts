import { resolve } from 'node:path';
import type { Options, PackageFolder } from '@warder/spec';
import type { DryRunAnswer, ServiceAnswer, Started } from '../api/answers.ts';
import type { Command, Context, Input, ServiceContext } from '../command.ts';
import { printEndpoints } from '../endpoints.ts';
import { CliError, exitCodes, usageError } from '../exit.ts';
import { dryRunJsonOption, dryRunOption, showDryRun } from '../plan/begin.ts';
import { finish, followRun } from '../plan/follow.ts';
import { ensureServer } from '../server/process.ts';
import { provide, type Needs } from '../system/apt.ts';
import { jailRequirements, requirementsNamed } from '../system/requirement.ts';
import { readFolder, readPackage } from './catalog-package.ts';
import { readGiven } from './given.ts';
import { optionOptions, waitOption } from './options.ts';
import { reservedNames } from './reserved.ts';

export const install: Command = {
  args: [{ name: 'package', summary: 'see `package list`', optional: true }],
  options: [
    {
      flags: '-f, --from <folder>',
      summary: 'a package that is not in the catalog, also one of DC/OS; a copy is kept',
    },
    { flags: '-n, --name <name>', summary: 'of the service (default: that of the package)' },
    ...optionOptions,
    dryRunOption,
    waitOption,
    { flags: '-y, --yes', summary: 'ask nothing' },
    dryRunJsonOption,
  ],
  details: `Installs what is missing on this machine (as root, with apt-get), starts the server when none runs, and shows
the deploy plan until it is complete. Ctrl-C only stops showing it.

Examples:
  warder package install kafka
  warder package install kafka --name orders --set brokers.count=5 --no-wait
  warder package install --from ./my-package --set node.count=3`,
  run: async (input, context) => {
    const { pkg, source } = wantedPackage(input);
    const options = readGiven(input, pkg.options);
    const name = input.text('name') ?? nameIn(options, pkg) ?? pkg.name;
    if (reservedNames().has(name)) throw usageError(`a service cannot be called ${name}: that is a command`);
    await provide(needsOf(pkg), context, { yes: input.flag('yes') });
    const { api, server } = await ensureServer(context);
    if ((server.engine.capabilities.isolation ?? []).length === 0) {
      context.err.line(`warning: tasks are plain processes here, not jailed; why: ${context.hint('doctor')}`);
    }
    const known = (await api.get<readonly ServiceAnswer[]>('/v1/services')).find((service) => service.name === name);
    if (known !== undefined) return alreadyThere(known, context);
    const body = { ...source, name, version: input.text('version'), options, dryRun: input.flag('dryRun') };
    const answer = await api.send<Started & DryRunAnswer>('POST', '/v1/services', { body });
    if (input.flag('dryRun')) return showDryRun(answer, input, context);
    return begun(answer, serviceContext(context, answer.name ?? name), input.values['wait'] !== false);
  },
};

type Wanted = {
  readonly pkg: PackageFolder;
  readonly source: { readonly package: string } | { readonly from: string };
};

function wantedPackage(input: Input): Wanted {
  const name = input.optionalArg('package');
  const folder = input.text('from');
  if ((name === undefined) === (folder === undefined)) {
    throw usageError('name a package, or a folder (--from)', 'warder package install --help');
  }
  if (folder === undefined) return { pkg: readPackage(name ?? ''), source: { package: name ?? '' } };
  const from = resolve(folder);
  return { pkg: readFolder(from), source: { from } };
}

/** Packages of DC/OS have an option for the name. */
function nameIn(options: Options | undefined, { nameOption }: PackageFolder): string | undefined {
  const value = nameOption?.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? new Map(Object.entries(inner)).get(key) : undefined),
    options,
  );
  return typeof value === 'string' ? value : undefined;
}

/** Plain users get no jails in any case: what those need is then no concern. */
function needsOf({ name, requires }: PackageFolder): Needs {
  const unknown = requires.filter((each) => requirementsNamed([each]).length === 0);
  if (unknown.length > 0) {
    throw new CliError(
      'requirement-unknown',
      `the package ${name} requires what Warder does not know: ${unknown.join(', ')}`,
      {
        next: 'correct `requires` in its package.yml; warder doctor lists what is known',
      },
    );
  }
  const jails = process.platform === 'linux' && process.getuid?.() === 0;
  return { needed: requirementsNamed(requires), wanted: jails ? jailRequirements : [] };
}

function alreadyThere(service: ServiceAnswer, { out, hint }: Context): number {
  out.line(`${service.name} is installed: ${service.package} ${service.version}, ${service.status}`);
  const rows: readonly (readonly [string, string])[] = [
    ['how it stands', `${service.name} plan show deploy`],
    ['how to connect', `${service.name} endpoints`],
    ['change options or version', `package update ${service.name} --set <option>=<value> --dry-run`],
    ['a second one', `package install ${source(service.package)} --name ${service.name}-2`],
  ];
  for (const [what, words] of rows) out.line(`  ${what.padEnd(26)}${hint(words)}`);
  return exitCodes.ok;
}

/** As it has to be written: a package that is kept for one service came from a folder. */
const source = (packageName: string): string => (packageName.includes('@') ? '--from <folder>' : packageName);

async function begun(answer: Started, context: ServiceContext, wait: boolean): Promise<number> {
  const { out, hint, service } = context;
  for (const notice of answer.notices ?? []) context.err.line(`notice: ${notice}`);
  out.line(answer.message ?? `${service} is being installed`);
  if (!wait || answer.runId === undefined) {
    out.line(`watch it: ${hint(`${service} plan show deploy --watch`)}`);
    return exitCodes.ok;
  }
  const run = await followRun(context, answer.runId);
  const exit = finish(context, run);
  if (exit === exitCodes.ok) {
    out.line(`${service} is ready.`);
    await printEndpoints(context);
  }
  return exit;
}

export function serviceContext(context: Context, service: string): ServiceContext {
  const base = `/service/${encodeURIComponent(service)}/v1`;
  return { ...context, service, path: (rest) => base + rest };
}
