import { ApiError, unreachable } from './error.ts';
import { watch, type ServerEvent } from './events.ts';

export type ConnectOptions = {
  /** As in server.json: `http://127.0.0.1:4040`. */
  readonly url: string;
  readonly token: string;
};

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export type RequestOptions = { readonly query?: Query; readonly signal?: AbortSignal };

/**
 * A server's API. Paths begin with `/`; names in them are to be encoded (`encodeURIComponent`).
 * An answer with an error is thrown as ApiError; one that only says "not yet" (202, 417, 503) is an answer.
 *
 *     const run = await connect({ url, token }).get<RunView>('/service/kafka/v1/plans/deploy')
 */
export type Client = {
  get<T>(path: string, options?: RequestOptions): Promise<T>;
  post<T>(path: string, body?: unknown, options?: RequestOptions): Promise<T>;
  put<T>(path: string, body?: unknown, options?: RequestOptions): Promise<T>;
  delete<T>(path: string, options?: RequestOptions): Promise<T>;
  /** The bytes of an answer as they come: logs, files. */
  bytes(path: string, options?: RequestOptions): AsyncIterable<Uint8Array>;
  /** Events until the signal aborts; goes on where it was after a broken connection. */
  events(path: string, options: { readonly signal: AbortSignal }): AsyncIterable<ServerEvent>;
};

export function connect({ url, token }: ConnectOptions): Client {
  const open: Open = async (method, path, { query = {}, signal, body, headers = {} }) => {
    const target = new URL(path, url);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) target.searchParams.set(name, String(value));
    }
    const response = await fetch(target, {
      method,
      headers: { authorization: `Bearer ${token}`, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    }).catch((error: unknown) => {
      throw signal?.aborted === true ? error : unreachable(url, error);
    });
    return response;
  };
  const json = async <T>(method: string, path: string, options: RequestOptions = {}, body?: unknown): Promise<T> => {
    const response = await open(method, path, { ...options, body });
    const answer: unknown = await response.json();
    demandSuccess(response, answer);
    // The types of answers are the server's promise; its tests hold it to its schemas.
    return answer as T;
  };
  return {
    get: (path, options) => json('GET', path, options),
    post: (path, body, options) => json('POST', path, options, body),
    put: (path, body, options) => json('PUT', path, options, body),
    delete: (path, options) => json('DELETE', path, options),
    async *bytes(path, options = {}) {
      const response = await open('GET', path, options);
      if (!response.ok) demandSuccess(response, await response.json());
      if (response.body !== null) yield* response.body;
    },
    events: (path, { signal }) =>
      watch(signal, async (lastEventId) => {
        const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
        const response = await open('GET', path, { signal, headers });
        if (!response.ok) demandSuccess(response, await response.json());
        return response.body ?? new ReadableStream();
      }),
  };
}

type Open = (
  method: string,
  path: string,
  options: RequestOptions & { readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> },
) => Promise<Response>;

/** An error has a body of its own form; a status of 400 and more alone may still be an answer. */
function demandSuccess(response: Response, answer: unknown): void {
  if (response.ok || typeof answer !== 'object' || answer === null || !('error' in answer)) return;
  const { error } = answer;
  const given: Record<string, unknown> = typeof error === 'object' && error !== null ? { ...error } : {};
  const text = (name: string, otherwise: string): string => {
    const value = given[name];
    return typeof value === 'string' ? value : otherwise;
  };
  throw new ApiError(response.status, {
    code: text('code', 'unexpected'),
    message: text('message', `the server answered ${response.status}`),
    next: text('next', 'see the log: warder server logs'),
    detail: given['detail'],
  });
}
