/**
 * A subcommand that a package adds to the CLI (`warder kafka topic list`): which request it makes and how the answer
 * reads. The default export of a package's `src/cli.ts` is a list of these. No I/O: the CLI does that.
 */
export type PackageCommand = {
  /** `['topic', 'create']`. */
  readonly path: readonly string[];
  readonly summary: string;
  readonly args: readonly { readonly name: string; readonly summary: string; readonly optional?: boolean }[];
  readonly options: readonly PackageOption[];
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

export type PackageOption = {
  /** As in `-p, --partitions <n>`. */
  readonly flags: string;
  readonly summary: string;
  readonly default?: string;
};

export type CommandInput = {
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, string | boolean>>;
};
