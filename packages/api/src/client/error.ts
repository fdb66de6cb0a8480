/** What the API refused, or why it could not be asked. */
export class ApiError extends Error {
  readonly code: string;
  /** Of HTTP; 0 when the server could not be reached. */
  readonly status: number;
  /** What to do now. */
  readonly next: string;
  readonly detail: unknown;

  constructor(
    status: number,
    body: { readonly code: string; readonly message: string; readonly next: string; readonly detail?: unknown },
  ) {
    super(body.message);
    this.name = 'ApiError';
    this.status = status;
    this.code = body.code;
    this.next = body.next;
    this.detail = body.detail;
  }
}

export function unreachable(url: string, error: unknown): ApiError {
  const why = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
  const message = `no server answers at ${url}: ${why}`;
  return new ApiError(0, { code: 'server-unreachable', message, next: 'start it: warder server start' });
}
