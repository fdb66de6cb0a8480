/** A command's declaration, made into a commander command: arguments, options and help. */
import { Argument, Command as Parser, CommanderError, Option } from 'commander';
import { Input, type ArgSpec, type Command, type OptionSpec } from './command.ts';
import { exitCodes, usageError } from './exit.ts';
import { quote } from './output/quote.ts';
import type { Terminal } from './output/terminal.ts';

export type Declaration = Pick<Command, 'args' | 'options' | 'details' | 'passThrough'> & {
  /** `warder package install`. */
  readonly name: string;
  readonly summary: string;
};

/** The input, or undefined when help was asked for and printed. @throws CliError `usage` */
export function parse(declaration: Declaration, words: readonly string[], out: Terminal): Input | undefined {
  const parser = toParser(declaration, out);
  try {
    parser.parse([...words], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === exitCodes.ok) return undefined;
    throw usageError(error.message.replace(/^error: /, '').replaceAll('\n', ' '), `${declaration.name} --help`);
  }
  const args = declaration.passThrough === true ? withoutSeparator(parser.args) : parser.args;
  return new Input(declaration.args ?? [], args, parser.opts(), lineOf(declaration.name, words));
}

/** Without what only shows, or approves what was shown. */
function lineOf(name: string, words: readonly string[]): string {
  const kept = words.filter(
    (word, at) => !/^--(dry-run|json|approve(=.*)?)$/.test(word) && words[at - 1] !== '--approve',
  );
  return [name.replace(/^warder /, ''), ...kept.map(quote)].join(' ');
}

/** Passed through words keep the first `--`, which is only there to end our own options. */
function withoutSeparator(args: readonly string[]): readonly string[] {
  const at = args.indexOf('--');
  return at === 0 || at === 1 ? args.toSpliced(at, 1) : args;
}

function toParser(declaration: Declaration, out: Terminal): Parser {
  const parser = new Parser(declaration.name)
    .description(declaration.summary)
    .exitOverride()
    .allowExcessArguments(false)
    .helpOption('-h, --help', 'show this help')
    .configureOutput({
      writeOut: (text) => out.write(text),
      writeErr: () => undefined,
      getOutHelpWidth: () => Math.min(out.columns, 120),
    });
  for (const arg of declaration.args ?? []) parser.addArgument(toArgument(arg));
  for (const option of declaration.options ?? []) parser.addOption(toOption(option));
  if (declaration.passThrough === true) parser.passThroughOptions();
  parser.addHelpText('after', `\n${[declaration.details, globalHelp].filter(Boolean).join('\n\n')}`);
  return parser;
}

const globalHelp = `Everywhere:
  --home <folder>  where Warder keeps everything (default: $WARDER_HOME or ~/.warder)`;

function toArgument(spec: ArgSpec): Argument {
  const name = spec.variadic === true ? `${spec.name}...` : spec.name;
  return new Argument(spec.optional === true ? `[${name}]` : `<${name}>`, spec.summary);
}

function toOption(spec: OptionSpec): Option {
  const option = new Option(spec.flags, spec.summary);
  if (spec.default !== undefined) option.default(spec.default);
  if (spec.repeat === true) option.argParser((value: string, before: unknown) => [...listOf(before), value]);
  return option;
}

function listOf(before: unknown): readonly unknown[] {
  return Array.isArray(before) ? before : [];
}
