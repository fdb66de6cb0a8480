/** Throw it from a handler to answer a request with a clear error. */
export class ApiFailure extends Error {
  readonly status: number;
  readonly code: string;
  /** What the caller can do now. */
  readonly next: string;
  readonly detail: unknown;

  constructor(status: number, code: string, message: string, next: string, detail?: unknown) {
    super(message);
    this.name = 'ApiFailure';
    this.status = status;
    this.code = code;
    this.next = next;
    this.detail = detail;
  }
}

/** The body of every error answer. */
export type ErrorBody = {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly next: string;
    readonly detail?: unknown;
  };
};

export function errorBody(failure: Pick<ApiFailure, 'code' | 'message' | 'next' | 'detail'>): ErrorBody {
  const { code, message, next, detail } = failure;
  return { error: { code, message, next, ...(detail === undefined ? {} : { detail }) } };
}
