/** Replies as HTTP responses. */
import type { Log, PackageError } from '@warder/scheduler';
import { ApiFailure, errorBody } from '../failure.ts';
import type { Reply } from '../route.ts';

/** What every answer says: it is for this client, now, and is what it says it is. */
const HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

export function toResponse(reply: Reply): Response {
  if ('chunks' in reply) {
    const headers = { ...HEADERS, 'content-type': reply.contentType };
    return new Response(streamOf(reply.chunks), { headers });
  }
  return Response.json(reply.body, { status: reply.status, headers: HEADERS });
}

/** Pulled by the client: nothing is read ahead of what it takes. */
function streamOf(chunks: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}

export function toErrorResponse(error: unknown, log: Log, method: string, path: string): Response {
  const failure = failureOf(error, log, { method, path });
  const headers = failure.status === 401 ? { ...HEADERS, 'www-authenticate': 'Bearer' } : HEADERS;
  return Response.json(errorBody(failure), { status: failure.status, headers });
}

function failureOf(error: unknown, log: Log, request: object): ApiFailure {
  if (error instanceof ApiFailure) return error;
  if (isPackageError(error)) {
    return new ApiFailure(error.status, error.code, error.message, 'see `warder <service> --help`');
  }
  log.error({ ...request, error: error instanceof Error ? error.stack : String(error) }, 'a request failed');
  if (isExplained(error)) return new ApiFailure(503, error.code, error.message, error.next);
  const message = error instanceof Error ? error.message : String(error);
  return new ApiFailure(500, 'unexpected', message, 'see the log: warder server logs');
}

/** Errors of the store and the engine say what to do themselves. */
function isExplained(error: unknown): error is Error & { readonly code: string; readonly next: string } {
  if (!(error instanceof Error) || !('code' in error) || !('next' in error)) return false;
  return typeof error.code === 'string' && typeof error.next === 'string';
}

/** By its name: a package from elsewhere may bring its own copy of the class. */
function isPackageError(error: unknown): error is PackageError {
  if (!(error instanceof Error) || error.name !== 'PackageError' || !('code' in error) || !('status' in error))
    return false;
  const { code, status } = error;
  return typeof code === 'string' && typeof status === 'number' && status >= 400 && status <= 599;
}
