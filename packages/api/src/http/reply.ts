/** Replies as HTTP responses. */
import { isPackageError, type Log } from '@warder/scheduler';
import { ApiFailure, errorBody } from '../failure.ts';
import type { Reply } from '../route.ts';
import { statusOf } from './status.ts';

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

type Asked = { readonly method: string; readonly path: string };

function failureOf(error: unknown, log: Log, request: Asked): ApiFailure {
  if (error instanceof ApiFailure) return error;
  if (isPackageError(error)) {
    return new ApiFailure(error.status, error.code, error.message, error.next ?? helpOf(request.path));
  }
  const explained = isExplained(error)
    ? new ApiFailure(statusOf(error.code, 503), error.code, error.message, error.next)
    : undefined;
  // What was asked wrongly, or took too long, is no fault of the server.
  if (explained !== undefined && (explained.status < 500 || explained.status === 504)) return explained;
  log.error({ ...request, error: error instanceof Error ? error.stack : String(error) }, 'a request failed');
  if (explained !== undefined) return explained;
  const message = error instanceof Error ? error.message : String(error);
  return new ApiFailure(500, 'unexpected', message, 'see the log: warder server logs');
}

/** Errors of the store and the engine say what to do themselves. */
function isExplained(error: unknown): error is Error & { readonly code: string; readonly next: string } {
  if (!(error instanceof Error) || !('code' in error) || !('next' in error)) return false;
  return typeof error.code === 'string' && typeof error.next === 'string';
}

/** Packages know their commands, which their help lists. */
function helpOf(path: string): string {
  const name = /^\/service\/([^/]+)\//.exec(path)?.[1];
  return name === undefined ? 'warder --help' : `see: warder ${decodeURIComponent(name)} --help`;
}
