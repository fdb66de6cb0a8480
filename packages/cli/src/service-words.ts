/** `warder kafka plan show deploy`: the first word is a service. */
import type { PackageCommand } from '@warder/scheduler';
import type { ServiceAnswer } from './api/answers.ts';
import { runGroup, runLeaf } from './cli.ts';
import type { Context, ServiceContext } from './command.ts';
import { CliError, exitCodes, usageError } from './exit.ts';
import { toOurWords, updatePlan } from './foreign.ts';
import { serviceHelp } from './help.ts';
import { loadPackageCommands, packageHelp, runPackageCommand } from './package-commands.ts';
import { findService } from './service/find.ts';
import { nearest } from './suggest.ts';
import { commands, isGroup, serviceCommands } from './table.ts';

export async function runServiceWords(service: string, words: readonly string[], context: Context): Promise<number> {
  if (Object.hasOwn(serviceCommands, service)) {
    throw usageError(
      `${service} needs the name of a service before it`,
      `warder <service> ${[service, ...words].join(' ')}; warder service list`,
    );
  }
  const base = `/service/${encodeURIComponent(service)}/v1`;
  try {
    return await runOurs(words, { ...context, service, path: (rest) => base + rest });
  } catch (error) {
    throw error instanceof CliError ? await withSuggestion(error, service, words, context) : error;
  }
}

/** Words of the DC/OS CLI are ours under another name. */
async function runOurs(given: readonly string[], context: ServiceContext): Promise<number> {
  const words = toOurWords(given);
  const at = words.indexOf(updatePlan);
  return runFor(at === -1 ? words : words.with(at, await planOfUpdates(context)), context);
}

/** The first configuration is deployed; there is an update plan from the second one on. */
async function planOfUpdates({ api, path }: ServiceContext): Promise<string> {
  const plans = await api().get<readonly string[]>(path('/plans'));
  return plans.includes('update') ? 'update' : 'deploy';
}

async function runFor(words: readonly string[], context: ServiceContext): Promise<number> {
  const [noun, ...rest] = words;
  const name = `warder ${context.service}`;
  if (noun === undefined || noun === '--help' || noun === '-h') {
    context.out.line(serviceHelp(context.service, serviceCommands, packageHelp(await ownCommands(context))));
    return exitCodes.ok;
  }
  const entry = serviceCommands[noun];
  if (entry === undefined) return runPackageCommand(await ownCommands(context), words, context);
  return isGroup(entry)
    ? runGroup(`${name} ${noun}`, entry, rest, context)
    : runLeaf(`${name} ${noun}`, entry, rest, context);
}

async function ownCommands(context: ServiceContext): Promise<readonly PackageCommand[]> {
  return loadPackageCommands((await findService(context, context.service)).package, context.home);
}

/** An unknown service may be a mistyped service or a mistyped command. */
async function withSuggestion(
  error: CliError,
  service: string,
  words: readonly string[],
  context: Context,
): Promise<CliError> {
  if (error.code !== 'service-unknown' && error.code !== 'server-not-running') return error;
  const command = nearest(service, Object.keys(commands));
  if (command !== undefined) {
    return usageError(`there is no command or service ${service}`, context.hint([command, ...words].join(' ')));
  }
  if (error.code === 'server-not-running') return error;
  const names = (await context.api().get<readonly ServiceAnswer[]>('/v1/services')).map(({ name }) => name);
  const near = nearest(service, names);
  if (near === undefined) return error;
  return new CliError(error.code, error.message, {
    exit: exitCodes.missing,
    next: context.hint([near, ...words].join(' ')),
  });
}
