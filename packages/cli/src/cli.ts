/** From the words of a command line to an exit code. */
import { openApi, type Api } from './api/client.ts';
import type { Context } from './command.ts';
import { CliError, errorLines, exitCodes, usageError } from './exit.ts';
import { groupHelp, rootHelp, shortHelp } from './help.ts';
import { commandFor, resolveHome } from './home.ts';
import { openTerminal, type Sink } from './output/terminal.ts';
import { commands, isGroup, serviceCommands, type Group, type Leaf } from './table.ts';
import { nearest } from './suggest.ts';

/** The world around one command, so that tests can give another. */
export type World = {
  readonly env: NodeJS.ProcessEnv;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly signal: AbortSignal;
};

/** Never rejects: what went wrong is on stderr and in the exit code. */
export async function runCli(argv: readonly string[], world: World): Promise<number> {
  const err = openTerminal(world.stderr, world.env);
  let home = resolveHome(undefined, world.env);
  try {
    const taken = takeHome(argv);
    home = resolveHome(taken.home, world.env);
    return await dispatch(taken.words, createContext(home, world));
  } catch (error) {
    if (world.signal.aborted) return exitCodes.interrupted;
    const lines = errorLines(error, commandFor(home, world.env));
    for (const [index, line] of lines.entries()) err.line(index === 0 ? err.paint('red', line) : line);
    return error instanceof CliError ? error.exit : exitCodes.failed;
  }
}

/** `--home` may stand anywhere before `--`. */
export function takeHome(argv: readonly string[]): { readonly home: string | undefined; readonly words: string[] } {
  const words: string[] = [];
  let home: string | undefined;
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? '';
    if (word === '--') return { home, words: [...words, ...argv.slice(at)] };
    if (word === '--home') {
      at++;
      home = argv[at];
      if (home === undefined || home === '') throw usageError('--home needs a folder');
    } else if (word.startsWith('--home=')) home = word.slice('--home='.length);
    else words.push(word);
  }
  return { home, words };
}

function createContext(home: string, world: World): Context {
  const { env } = world;
  let api: Api | undefined;
  return {
    home,
    env,
    out: openTerminal(world.stdout, env),
    err: openTerminal(world.stderr, env),
    input: world.stdin,
    signal: world.signal,
    api: () => (api ??= openApi(home, env)),
    hint: commandFor(home, env),
  };
}

const helpFlags = new Set(['--help', '-h']);

async function dispatch(words: readonly string[], context: Context): Promise<number> {
  const [first, ...rest] = words;
  if (first === undefined) return print(context, shortHelp());
  if (helpFlags.has(first)) return print(context, rootHelp(commands, serviceCommands));
  if (first === 'help') {
    if (rest.length === 0) return print(context, rootHelp(commands, serviceCommands));
    return dispatch([...rest, '--help'], context);
  }
  if (first === '--version' || first === '-V') return dispatch(['version'], context);
  if (first.startsWith('-')) throw usageError(`unknown option ${first}`);
  if (first === 'complete' && rest[0] === '--')
    return (await import('./complete.ts')).answerShell(rest.slice(1), context);
  const entry = commands[first];
  if (entry === undefined) return (await import('./service-words.ts')).runServiceWords(first, rest, context);
  const name = `warder ${first}`;
  return isGroup(entry) ? runGroup(name, entry, rest, context) : runLeaf(name, entry, rest, context);
}

/** A noun and what stands behind it. */
export async function runGroup<C extends Context>(
  name: string,
  group: Group<C>,
  words: readonly string[],
  context: C,
): Promise<number> {
  const [verb, ...rest] = words;
  if (verb === undefined || helpFlags.has(verb)) return print(context, groupHelp(name, group));
  const leaf = group.verbs[verb];
  if (leaf !== undefined) return runLeaf(`${name} ${verb}`, leaf, rest, context);
  const near = nearest(verb, Object.keys(group.verbs));
  throw usageError(
    `${name} has no command ${verb}`,
    near === undefined ? `${name} --help` : `${[name, near, ...rest].join(' ')}`,
  );
}

export async function runLeaf<C extends Context>(
  name: string,
  leaf: Leaf<C>,
  words: readonly string[],
  context: C,
): Promise<number> {
  const [command, { parse }] = await Promise.all([leaf.load(), import('./parse.ts')]);
  const input = parse({ ...command, name, summary: leaf.summary }, words, context.out);
  return input === undefined ? exitCodes.ok : command.run(input, context);
}

function print(context: Context, text: string): number {
  context.out.line(text);
  return exitCodes.ok;
}
