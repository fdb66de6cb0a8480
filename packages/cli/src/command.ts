/** What a command is: its words are the path of its file (`src/package/install.ts` is `package install`). */
import type { Api } from './api/client.ts';
import type { Terminal } from './output/terminal.ts';

export type Command<C extends Context = Context> = {
  readonly args?: readonly ArgSpec[];
  readonly options?: readonly OptionSpec[];
  /** Printed below the options: when to use it, examples. */
  readonly details?: string;
  /** Words after the first argument are not options: `task exec broker-0-server ls -l`. */
  readonly passThrough?: boolean;
  /** Resolves to the exit code. */
  readonly run: (input: Input, context: C) => Promise<number>;
};

export type ServiceCommand = Command<ServiceContext>;

export type ArgSpec = {
  readonly name: string;
  readonly summary: string;
  readonly optional?: boolean;
  readonly variadic?: boolean;
};

export type OptionSpec = {
  /** As in `-p, --partitions <n>`. */
  readonly flags: string;
  readonly summary: string;
  readonly default?: string;
  /** May be given several times. */
  readonly repeat?: boolean;
};

/** Answers to `--json`, which every command that reads has. */
export const jsonOption: OptionSpec = { flags: '--json', summary: 'print the answer of the API as JSON' };

export type Context = {
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  readonly out: Terminal;
  readonly err: Terminal;
  readonly input: NodeJS.ReadStream;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** The server of the home. Throws `server-not-running` when there is none. */
  readonly api: () => Api;
  /** A command line for this home, to be printed as a hint. */
  readonly hint: (words: string) => string;
};

export type ServiceContext = Context & {
  readonly service: string;
  /** `/service/<name>/v1` + path. */
  readonly path: (rest: string) => string;
};

/** The words of a command line, checked against its declaration. */
export class Input {
  readonly args: readonly string[];
  readonly values: Readonly<Record<string, unknown>>;
  /** What was typed after `warder`, without what looks at it or approves it: `kafka plan start backup -p TO=attic`. */
  readonly line: string;
  readonly #names: readonly string[];

  constructor(
    specs: readonly ArgSpec[],
    args: readonly string[],
    values: Readonly<Record<string, unknown>>,
    line: string,
  ) {
    this.#names = specs.map((spec) => spec.name);
    this.args = args;
    this.values = values;
    this.line = line;
  }

  /** An argument that is declared and not optional. */
  arg(name: string): string {
    const value = this.optionalArg(name);
    if (value === undefined) throw new Error(`the argument ${name} is not declared as required`);
    return value;
  }

  optionalArg(name: string): string | undefined {
    return this.args[this.#names.indexOf(name)];
  }

  /** The variadic argument, which is the last. */
  rest(name: string): readonly string[] {
    return this.args.slice(this.#names.indexOf(name));
  }

  text(option: string): string | undefined {
    const value = this.values[option];
    return typeof value === 'string' ? value : undefined;
  }

  flag(option: string): boolean {
    return this.values[option] === true;
  }

  list(option: string): readonly string[] {
    const value = this.values[option];
    return Array.isArray(value) ? value.map(String) : [];
  }

  get json(): boolean {
    return this.flag('json');
  }
}
