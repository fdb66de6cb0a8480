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
