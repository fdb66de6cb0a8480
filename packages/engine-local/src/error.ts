/** What the local engine throws: a stable code, what happened and where, and what to do next. */
export class EngineError extends Error {
  readonly code: string;
  readonly next: string;

  constructor(code: string, message: string, next: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EngineError';
    this.code = code;
    this.next = next;
  }
}

/** The text of whatever was thrown. */
export const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Whether it is a system error with one of these codes (`ENOENT`). */
export const isCode = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof Error && 'code' in error && codes.includes(String(error.code));

/** The text for somebody who is told nothing else: what happened, and what to do next. */
export const reasonOf = (error: unknown): string =>
  error instanceof EngineError && error.next !== '' ? `${error.message} (${error.next})` : textOf(error);
