import { ApiFailure } from '../failure.ts';

/** Run the code of a package for a request, for so long and no longer: the signal aborts, and the caller is told. */
export async function within<T>(
  limitMs: number,
  caller: AbortSignal,
  what: string,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const message = `${what} did not answer within ${limitMs / 1000} s`;
    late.reject(
      new ApiFailure(504, 'package-timeout', message, 'try again; if it stays so, see the log: warder server logs'),
    );
    limit.abort();
  }, limitMs);
  try {
    const work = Promise.try(run, AbortSignal.any([caller, limit.signal]));
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
