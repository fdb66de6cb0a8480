/** Subcommands that a package adds: `warder kafka topic list`. */
import { existsSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import type { CommandInput, PackageCommand, PackageOption } from '@warder/scheduler';
import { catalogFolder } from './catalog.ts';
import { jsonOption, type ServiceContext } from './command.ts';
import { CliError, exitCodes, usageError } from './exit.ts';
import type { PackageHelp } from './help.ts';
import { printJson } from './output/json.ts';
import type { Declaration } from './parse.ts';
import { begin, beginOptions, waitOption } from './plan/begin.ts';
import { nearest } from './suggest.ts';
import { serviceCommands } from './table.ts';

/** None when the package has no `src/cli.ts`, or is neither in the catalog of this checkout nor kept in the home. */
export async function loadPackageCommands(packageName: string, home: string): Promise<readonly PackageCommand[]> {
  const [name = '', ...kept] = packageName.split('@');
  // What did not come from the catalog is kept under the name of its service.
  const folder =
    kept.length === 0 ? join(catalogFolder, name) : join(home, 'packages', encodeURIComponent(kept.join('@')));
  const file = join(folder, 'src', 'cli.ts');
  if (!/^[a-z0-9-]+$/.test(name) || !existsSync(file)) return [];
  const module: { readonly default?: readonly PackageCommand[] } = await import(pathToFileURL(file).href);
  return module.default ?? [];
}

export function packageHelp(own: readonly PackageCommand[]): PackageHelp {
  return own.map((command) => [command.path.join(' '), command.summary]);
}

export async function runPackageCommand(
  own: readonly PackageCommand[],
  words: readonly string[],
  context: ServiceContext,
): Promise<number> {
  const command = find(own, words);
  if (command === undefined) return helpOrUnknown(own, words, context);
  const { parse } = await import('./parse.ts');
  const input = parse(declarationOf(command, context.service), words.slice(command.path.length), context.out);
  if (input === undefined) return exitCodes.ok;
  const given = withFiles(command.options, { args: input.args, options: stringsAndFlags(input.values) });
  if (command.start !== undefined) {
    const { plan, params } = command.start(given);
    return begin(input, context, { path: context.path(`/plans/${encodeURIComponent(plan)}/start`), body: params });
  }
  const { method, path, query, body } = command.request(given);
  const answer = await context.api().send<unknown>(method, context.path(path.startsWith('/') ? path : `/${path}`), {
    ...(query === undefined ? {} : { query }),
    ...(body === undefined ? {} : { body }),
  });
  if (input.json) printJson(context.out, answer);
  else context.out.line(command.render(answer, given).trimEnd());
  return exitCodes.ok;
}

/** The longest path that the words begin with. */
function find(own: readonly PackageCommand[], words: readonly string[]): PackageCommand | undefined {
  return own
    .filter((command) => command.path.every((word, index) => words[index] === word))
    .toSorted((a, b) => b.path.length - a.path.length)[0];
}

function declarationOf(command: PackageCommand, service: string): Declaration {
  return {
    name: ['warder', service, ...command.path].join(' '),
    summary: command.summary,
    args: command.args,
    options: [...command.options, ...(command.start === undefined ? [jsonOption] : [...beginOptions, waitOption])],
  };
}

function stringsAndFlags(values: Readonly<Record<string, unknown>>): Record<string, string | boolean> {
  const known: Record<string, string | boolean> = {};
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === 'string' || typeof value === 'boolean') known[name] = value;
  }
  return known;
}

/** Options that name files are given as they are on the command line, and the texts besides. */
function withFiles(options: readonly PackageOption[], given: CommandInput): CommandInput {
  const named = options.filter((option) => option.file === true).map(({ flags }) => nameOf(flags));
  const files = named.flatMap((name) => {
    const path = given.options[name];
    return typeof path === 'string' ? [[name, readFile(path)] as const] : [];
  });
  return files.length === 0 ? given : { ...given, files: Object.fromEntries(files) };
}

/** `-f, --from-file <path>` is `fromFile`. */
function nameOf(flags: string): string {
  const long = /--([a-z][a-z-]*)/.exec(flags)?.[1] ?? '';
  return long.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function readFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CliError('file-unreadable', `cannot read the file: ${why}`, { next: 'correct the path', cause });
  }
}

function helpOrUnknown(own: readonly PackageCommand[], words: readonly string[], context: ServiceContext): number {
  const [noun = '', verb] = words;
  const below = own.filter((command) => command.path[0] === noun);
  const name = `warder ${context.service}`;
  if (below.length > 0 && (verb === undefined || verb === '--help' || verb === '-h')) {
    for (const [path, summary] of packageHelp(below)) context.out.line(`  ${path.padEnd(28)}  ${summary}`);
    return exitCodes.ok;
  }
  const known =
    below.length > 0
      ? below.map((command) => command.path.join(' '))
      : [...Object.keys(serviceCommands), ...own.map((command) => command.path[0] ?? '')];
  const near = nearest(below.length > 0 ? `${noun} ${verb}` : noun, known);
  if (verb === undefined && near === undefined && own.length === 0) {
    throw new CliError('usage', `the service ${context.service} has no command ${noun}`, {
      exit: exitCodes.usage,
      next: `${name} --help`,
    });
  }
  throw usageError(
    `${name} has no command ${below.length > 0 ? `${noun} ${verb}` : noun}`,
    near === undefined ? `${name} --help` : `${name} ${near} --help`,
  );
}
