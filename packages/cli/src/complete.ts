/** Shell completion, all of it: the scripts for the shells, and the answers to what they ask. */
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { RootCommand, type Command as Known } from '@bomb.sh/tab';
import type { AgentView, ServiceAnswer, TaskView } from './api/answers.ts';
import { openApi } from './api/client.ts';
import { catalogFolder } from './catalog.ts';
import { takeHome } from './cli.ts';
import type { ArgSpec, Command, Context, OptionSpec } from './command.ts';
import { exitCodes, usageError } from './exit.ts';
import { calledAs, resolveHome } from './home.ts';
import { loadPackageCommands } from './package-commands.ts';
import type { SecretAnswer } from './secret/answer.ts';
import { commands, isGroup, serviceCommands, type Table } from './table.ts';

const shells = ['bash', 'zsh', 'fish'];

/** The script for bash leans on a function of the package bash-completion, which a small machine may not have. */
const bashWords = `declare -F _get_comp_words_by_ref >/dev/null || _get_comp_words_by_ref() {
    words=("\${COMP_WORDS[@]}")
    cword=$COMP_CWORD
    cur=\${COMP_WORDS[COMP_CWORD]}
    prev=\${COMP_WORDS[COMP_CWORD-1]}
}`;

export const complete: Command = {
  args: [{ name: 'shell', summary: shells.join(', '), variadic: true }],
  details: `Examples:
  source <(warder complete bash)        # in ~/.bashrc
  source <(warder complete zsh)         # in ~/.zshrc
  warder complete fish | source         # in ~/.config/fish/config.fish`,
  passThrough: true,
  run: async (input, context) => {
    const [first = '', ...rest] = input.args;
    if (shells.includes(first) && rest.length === 0) {
      if (first === 'bash') context.out.line(bashWords);
      const called = calledAs(context.env);
      // The script outlives this folder.
      new RootCommand().setup('warder', called.includes('/') ? resolve(called) : called, first);
      return exitCodes.ok;
    }
    throw usageError(`there is no completion for ${first}`, `one of: ${shells.join(', ')}`);
  },
};

/** `warder complete -- <words>`: what the scripts ask for at each TAB. The last word is the one being typed. */
export async function answerShell(given: readonly string[], context: Context): Promise<number> {
  const { home, words } = takeHome(given);
  const root = new RootCommand();
  const ask: Context = { ...context, api: () => openApi(resolveHome(home, context.env), context.env) };
  const services = await known(() => ask.api().get<readonly ServiceAnswer[]>('/v1/services'));
  await addTable(root, '', commands, words, globalValues(services, ask));
  for (const { name, package: packageName } of services) {
    root.command(name, `service of the package ${packageName}`);
    if (words[0] === name) await addService(root, name, packageName, words, ask);
  }
  root.parse([...words]);
  return exitCodes.ok;
}

/** Values for an argument, by its name. */
type Values = (arg: string) => Promise<readonly string[]>;

function globalValues(services: readonly ServiceAnswer[], { api }: Context): Values {
  return async (arg) => {
    if (arg === 'secret')
      return (await known(() => api().get<readonly SecretAnswer[]>('/v1/secrets'))).map(({ path }) => path);
    if (arg === 'agent')
      return (await known(() => api().get<readonly AgentView[]>('/v1/agents'))).map(({ offer }) => offer.agentId);
    if (arg === 'service') return services.map(({ name }) => name);
    return arg === 'package' ? readdirSync(catalogFolder) : [];
  };
}

function serviceValues(name: string, context: Context): Values {
  const names = (path: string) =>
    known(() => context.api().get<readonly string[]>(`/service/${encodeURIComponent(name)}/v1${path}`));
  return async (arg) => {
    switch (arg) {
      case 'plan':
        return names('/plans');
      case 'instance':
        return names('/pod');
      case 'name':
        return names('/endpoints');
      case 'id':
      case 'other':
        return names('/configurations');
      case 'task': {
        const path = `/service/${encodeURIComponent(name)}/v1/tasks`;
        return (await known(() => context.api().get<readonly TaskView[]>(path))).map((task) => task.name);
      }
      default:
        return [];
    }
  };
}

/** Nothing to offer is no error while somebody types. */
async function known<T>(ask: () => Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await ask();
  } catch {
    return [];
  }
}

async function addService(
  root: RootCommand,
  name: string,
  packageName: string,
  words: readonly string[],
  context: Context,
): Promise<void> {
  await addTable(root, `${name} `, serviceCommands, words, serviceValues(name, context));
  for (const own of await loadPackageCommands(packageName, context.home)) {
    const command = root.command([name, ...own.path].join(' '), own.summary);
    addOptions(command, own.options);
  }
}

async function addTable<C extends Context>(
  root: RootCommand,
  prefix: string,
  table: Table<C>,
  words: readonly string[],
  values: Values,
): Promise<void> {
  for (const [noun, entry] of Object.entries(table)) {
    const command = root.command(prefix + noun, entry.summary);
    if (!isGroup(entry)) await addDetails(command, entry.load, words, values);
    else {
      for (const [verb, leaf] of Object.entries(entry.verbs)) {
        await addDetails(root.command(`${prefix}${noun} ${verb}`, leaf.summary), leaf.load, words, values);
      }
    }
  }
}

/** Options and values only for the command that is being typed: loading the others would take its time. */
async function addDetails<C extends Context>(
  known: Known,
  load: () => Promise<Command<C>>,
  words: readonly string[],
  values: Values,
): Promise<void> {
  const path = known.value.split(' ');
  if (!path.every((word, index) => words[index] === word)) return;
  const command = await load();
  addOptions(known, command.options ?? []);
  for (const arg of command.args ?? []) await addArgument(known, arg, values);
}

async function addArgument(known: Known, arg: ArgSpec, values: Values): Promise<void> {
  const choices = await values(arg.name);
  known.argument(arg.name, (offer) => choices.forEach((choice) => offer(choice, '')), arg.variadic === true);
}

function addOptions(known: Known, options: readonly OptionSpec[]): void {
  for (const { flags, summary } of options) {
    const long = /--([\w-]+)/.exec(flags)?.[1];
    const short = /(?:^|\s)-(\w)\b/.exec(flags)?.[1];
    if (long === undefined) continue;
    if (/[<[]/.test(flags)) known.option(long, summary, () => undefined, short);
    else if (short === undefined) known.option(long, summary);
    else known.option(long, summary, short);
  }
}
