/** Exit codes, and the one error that the CLI prints without a stack. */

/** Listed in `warder --help`; scripts rely on them. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  /** Not running, not found. */
  missing: 3,
  /** Refused: a gate is closed, or it conflicts with what there is. */
  refused: 4,
  interrupted: 130,
} as const;

export type CliErrorOptions = {
  readonly exit?: number;
  /** What to do now: a command where there is one. */
  readonly next?: string;
  /** Printed below the error, a line each: every problem of an options file, every reason of a gate. */
  readonly details?: readonly string[];
  readonly cause?: unknown;
};

export class CliError extends Error {
  readonly code: string;
  readonly exit: number;
  readonly next: string | undefined;
  readonly details: readonly string[];

  constructor(code: string, message: string, options: CliErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = 'CliError';
    this.code = code;
    this.exit = options.exit ?? exitCodes.failed;
    this.next = options.next;
    this.details = options.details ?? [];
  }
}

export function usageError(message: string, next = 'warder --help'): CliError {
  return new CliError('usage', message, { exit: exitCodes.usage, next });
}

/** How an error reads on stderr. `hint` makes a command line of the words after `warder`. */
export function errorLines(error: unknown, hint: (words: string) => string): readonly string[] {
  if (!(error instanceof CliError)) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return [
      `error: ${text} (internal)`,
      'next: this is a fault of warder itself; please report it with the lines above',
    ];
  }
  return [
    `error: ${error.message} (${error.code})`,
    ...error.details.map((detail) => `  ${detail}`),
    ...(error.next === undefined ? [] : [`next: ${withHints(error.next, hint)}`]),
  ];
}

/** Errors name commands as `warder <words>`: here they become what works when it is copied. */
export function withHints(next: string, hint: (words: string) => string): string {
  return next.replaceAll(/(?<=^|[\s(`])warder (?=[a-z<]|--help)/g, hint(''));
}
