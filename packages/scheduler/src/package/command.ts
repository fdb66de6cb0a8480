/**
 * A subcommand that a package adds to the CLI: which request it makes and how the answer reads (`warder kafka topic
 * list`), or which plan it starts (`warder kafka upgrade`). The default export of a package's `src/cli.ts` is a list of
 * these. No I/O: the CLI does that.
 */
export type PackageCommand = AskingCommand | StartingCommand;

type Words = {
  /** `['topic', 'create']`. */
  readonly path: readonly string[];
  readonly summary: string;
  readonly args: readonly { readonly name: string; readonly summary: string; readonly optional?: boolean }[];
  readonly options: readonly PackageOption[];
};

export type AskingCommand = Words & {
  readonly start?: undefined;
  readonly request: (input: CommandInput) => {
    readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
    /** Below `/service/<name>/v1`. */
    readonly path: string;
    readonly query?: Readonly<Record<string, string>>;
    readonly body?: unknown;
  };
  /** Text for a terminal. With `--json` the answer itself is printed instead. */
  readonly render: (answer: unknown, input: CommandInput) => string;
};

/** It has `--dry-run`, `--approve` and `--wait` besides its own options, as `warder <service> plan start` has. */
export type StartingCommand = Words & {
  readonly start: (input: CommandInput) => {
    readonly plan: string;
    readonly params: Readonly<Record<string, string>>;
  };
};

export type PackageOption = {
  /** As in `-p, --partitions <n>`. */
  readonly flags: string;
  readonly summary: string;
  readonly default?: string;
  /** The value is the path of a file: the command is given its text, in `files`. */
  readonly file?: true;
};

export type CommandInput = {
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, string | boolean>>;
  /** Of the options that name files: the text of each, by the name of the option. Absent: none was given. */
  readonly files?: Readonly<Record<string, string>>;
};
