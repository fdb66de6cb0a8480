/** Why the server did not start: printed as it is, with what to do. */
export class ServerError extends Error {
  readonly code: string;
  readonly next: string;

  constructor(code: string, message: string, next: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'ServerError';
    this.code = code;
    this.next = next;
  }
}

/** Print an error as the CLI does and reads it: what, and what to do next. */
export function complain(error: unknown): void {
  if (!(error instanceof Error) || !('code' in error) || !('next' in error)) return console.error(error);
  console.error(`error: ${error.message} (${String(error.code)})\nnext: ${String(error.next)}`);
}
