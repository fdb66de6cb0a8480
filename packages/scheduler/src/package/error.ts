/** @module Apart from everything else, since the thread of a package loads it too. */

/** Throw it from package code to answer a request, or to refuse options, with a clear error. */
export class PackageError extends Error {
  readonly code: string;
  readonly status: number;
  /** What to do now: a command where there is one (`warder <words>`). Absent: the help of the service is named. */
  readonly next: string | undefined;
  constructor(code: string, message: string, status = 400, next?: string) {
    super(message);
    this.name = 'PackageError';
    this.code = code;
    this.status = status;
    this.next = next;
  }
}

/** By its name: a package from elsewhere may bring its own copy of the class. */
export function isPackageError(error: unknown): error is PackageError {
  if (!(error instanceof Error) || error.name !== 'PackageError' || !('code' in error) || !('status' in error))
    return false;
  const { code, status } = error;
  if ('next' in error && error.next !== undefined && typeof error.next !== 'string') return false;
  return typeof code === 'string' && typeof status === 'number' && status >= 400 && status <= 599;
}
