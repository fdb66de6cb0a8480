/** The server of one home, as the commands talk to it. */
import { CliError, exitCodes } from '../exit.ts';
import { commandFor, readServerFile, readToken } from '../home.ts';
import { exchange, readBody, type Answer } from './http.ts';
import { sseEvents, type SseEvent } from './sse.ts';

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export type Api = {
  /** The JSON that a path answers. */
  get<T>(path: string, query?: Query): Promise<T>;
  send<T>(method: string, path: string, options?: SendOptions): Promise<T>;
  bytes(path: string, query?: Query): Promise<Buffer>;
  /** What arrives, as it arrives, until the end or the signal. */
  stream(path: string, query: Query, signal: AbortSignal): AsyncIterable<Buffer>;
  events(path: string, signal: AbortSignal): AsyncIterable<SseEvent>;
};

type SendOptions = {
  readonly query?: Query;
  readonly body?: unknown;
  /** In place of `body`: what is sent as it is. */
  readonly bytes?: Uint8Array;
  /** Default 60 s. */
  readonly timeoutMs?: number;
};

/**
 * The server is looked up for each request: while a run is watched it may be started again, and listen elsewhere.
 * @throws CliError `server-not-running` when the home has no server
 */
export function openApi(home: string, env: NodeJS.ProcessEnv): Api {
  const absent = (): CliError => notRunning(home, env);
  if (readServerFile(home) === undefined) throw absent();
  return connect(() => {
    const server = readServerFile(home);
    if (server === undefined) throw absent();
    return { url: server.url, token: readToken(home) };
  }, absent);
}

function notRunning(home: string, env: NodeJS.ProcessEnv, cause?: unknown): CliError {
  return new CliError('server-not-running', `no server runs for the home ${home}`, {
    exit: exitCodes.missing,
    next: commandFor(home, env)('server start'),
    cause,
  });
}

const answerTimeoutMs = 60_000;

type Asked = SendOptions & {
  readonly signal?: AbortSignal;
  /** The answer may be silent for long: no time limit. */
  readonly endless?: boolean;
};

type Place = { readonly url: string; readonly token: string | undefined };

function connect(find: () => Place, absent: () => CliError): Api {
  const ask = async (method: string, path: string, options: Asked): Promise<Answer> => {
    const { url, token } = find();
    const json = options.body === undefined ? undefined : JSON.stringify(options.body);
    const body = options.bytes ?? json;
    return exchange({
      url: withQuery(url, path, options.query),
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body }),
      ...(options.endless === true ? {} : { timeoutMs: options.timeoutMs ?? answerTimeoutMs }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
  };
  const whole = async (method: string, path: string, options: Asked) => {
    try {
      const { status, body } = await ask(method, path, options);
      return { status, bytes: await readBody(body) };
    } catch (cause) {
      throw connectionError(cause, absent);
    }
  };
  const send = async <T>(method: string, path: string, options: SendOptions = {}): Promise<T> => {
    const { status, bytes } = await whole(method, path, options);
    // The types of answers are the server's promise; its tests hold it to its schemas.
    return readJson(bytes, status, path) as T;
  };
  async function* stream(path: string, query: Query, signal: AbortSignal): AsyncIterable<Buffer> {
    try {
      const { status, body } = await ask('GET', path, { query, signal, endless: true });
      if (status >= 400) readJson(await readBody(body), status, path);
      yield* body;
    } catch (cause) {
      throw connectionError(cause, absent);
    }
  }
  return {
    get: (path, query) => send('GET', path, query === undefined ? {} : { query }),
    send,
    bytes: async (path, query) => {
      const { status, bytes } = await whole('GET', path, query === undefined ? {} : { query });
      if (status >= 400) readJson(bytes, status, path);
      return bytes;
    },
    stream,
    events: (path, signal) => sseEvents(stream(path, {}, signal)),
  };
}

function withQuery(base: string, path: string, query: Query | undefined): URL {
  const url = new URL(path, base);
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return url;
}

function connectionError(cause: unknown, absent: () => CliError): unknown {
  if (!(cause instanceof Error) || cause instanceof CliError || cause.name === 'AbortError') return cause;
  const code = 'code' in cause ? cause.code : undefined;
  if (code === 'ECONNREFUSED') return absent();
  return new CliError('server-unreachable', `the server does not answer: ${cause.message}`, {
    next: 'warder server status',
    cause,
  });
}

/** An answer is an error when it says so itself: plans answer 417 and health 503 with a body worth reading. */
function readJson(body: Buffer, status: number, path: string): unknown {
  let value: unknown;
  try {
    value = body.length === 0 ? {} : JSON.parse(body.toString('utf8'));
  } catch {
    throw new CliError('answer-unreadable', `${path} answered ${status} with what is not JSON`, {
      next: 'warder server logs',
    });
  }
  if (isErrorAnswer(value)) throw apiError(value.error, status);
  if (status >= 400 && status !== 417 && status !== 503) {
    throw new CliError('answer-unexpected', `${path} answered ${status}`, { next: 'warder server logs' });
  }
  return value;
}

/** An error that the server answered; `detail` is its machine-readable part. */
export class ApiError extends CliError {
  readonly status: number;
  readonly detail: unknown;

  constructor(error: ErrorAnswer, status: number) {
    super(error.code, error.message, {
      exit: exitFor(status),
      ...(error.next === undefined ? {} : { next: error.next }),
      // What the message says already is not said twice.
      details: detailLines(error.detail).filter((line) => !error.message.includes(line)),
    });
    this.status = status;
    this.detail = error.detail;
  }
}

type ErrorAnswer = {
  readonly code: string;
  readonly message: string;
  readonly next?: string;
  readonly detail?: unknown;
};

function apiError(error: ErrorAnswer, status: number): ApiError {
  return new ApiError(error, status);
}

function exitFor(status: number): number {
  if (status === 404) return exitCodes.missing;
  return status === 409 || status === 423 ? exitCodes.refused : exitCodes.failed;
}

/** Reasons of gates are texts; problems of options have a message, and a place where they came from a file. */
function detailLines(detail: unknown): readonly string[] {
  if (!Array.isArray(detail)) return [];
  return detail.map((entry: unknown) => {
    if (typeof entry === 'string') return entry;
    if (typeof entry !== 'object' || entry === null || !('message' in entry)) return JSON.stringify(entry);
    return `${'where' in entry ? placeText(entry.where) : ''}${String(entry.message)}`;
  });
}

function placeText(where: unknown): string {
  if (typeof where !== 'object' || where === null || !('file' in where)) return '';
  const { file, line, column }: { file: unknown; line?: unknown; column?: unknown } = where;
  return `${String(file)}:${String(line)}:${String(column)}: `;
}

function isErrorAnswer(value: unknown): value is { readonly error: ErrorAnswer } {
  if (typeof value !== 'object' || value === null || !('error' in value)) return false;
  const { error } = value;
  return typeof error === 'object' && error !== null && 'code' in error && 'message' in error;
}
