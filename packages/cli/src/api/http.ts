/**
 * One HTTP exchange with the server, on a socket of its own. Written out, because loading `node:http` (or `fetch`)
 * takes 30 ms of the 150 that a command has. HTTP/1.0: the body ends with the connection, so there is nothing to
 * decode, and an answer that never ends (logs, events) is read as it comes.
 */
import { connect, type Socket } from 'node:net';
import { addAbortSignal } from 'node:stream';

export type Exchange = {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Milliseconds without a byte before the exchange is given up. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
};

export type Answer = {
  readonly status: number;
  /** To be read once. Leaving it early ends the exchange. */
  readonly body: AsyncIterable<Buffer>;
};

const headBytesMax = 64 << 10;

/** Rejects with what the socket says (`ECONNREFUSED`), or when the answer is not HTTP. */
export async function exchange(wanted: Exchange): Promise<Answer> {
  const socket = connect(Number(wanted.url.port || 80), wanted.url.hostname.replaceAll(/[[\]]/g, ''));
  // Errors are told to whoever reads; one that comes after the reading must not end the process.
  socket.on('error', () => undefined);
  const { timeoutMs, signal } = wanted;
  if (signal !== undefined) addAbortSignal(signal, socket);
  if (timeoutMs !== undefined) {
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error(`no answer within ${timeoutMs} ms`)));
  }
  socket.write(headText(wanted));
  if (wanted.body !== undefined) socket.write(wanted.body);
  const chunks: AsyncIterator<Buffer> = socket[Symbol.asyncIterator]();
  try {
    const { head, rest } = await readHead(chunks);
    const { status, length } = parseHead(head);
    return { status, body: readRest(socket, chunks, rest, length) };
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** All of it; answers are bounded by the server. */
export async function readBody(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function headText({ method, url, headers, body = '' }: Exchange): string {
  const lines = [
    `${method} ${url.pathname}${url.search} HTTP/1.0`,
    `host: ${url.host}`,
    `content-length: ${Buffer.byteLength(body)}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  if (lines.some((line) => /[\r\n]/.test(line))) throw new Error('a header holds a line break');
  return `${lines.join('\r\n')}\r\n\r\n`;
}

async function readHead(chunks: AsyncIterator<Buffer>): Promise<{ readonly head: string; readonly rest: Buffer }> {
  let read = Buffer.alloc(0);
  for (;;) {
    const end = read.indexOf('\r\n\r\n');
    if (end >= 0) return { head: read.toString('latin1', 0, end), rest: read.subarray(end + 4) };
    if (read.length > headBytesMax) throw new Error('the head of the answer does not end');
    const next = await chunks.next();
    if (next.done === true) throw new Error('the connection ended before the answer');
    read = Buffer.concat([read, next.value]);
  }
}

function parseHead(head: string): { readonly status: number; readonly length: number | undefined } {
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1];
  if (status === undefined) throw new Error('the answer is not HTTP');
  const length = /^content-length:\s*(\d+)/im.exec(head)?.[1];
  return { status: Number(status), length: length === undefined ? undefined : Number(length) };
}

async function* readRest(
  socket: Socket,
  chunks: AsyncIterator<Buffer>,
  first: Buffer,
  length: number | undefined,
): AsyncIterable<Buffer> {
  let received = first.length;
  try {
    if (first.length > 0) yield first;
    while (length === undefined || received < length) {
      const next = await chunks.next();
      if (next.done === true) break;
      received += next.value.length;
      yield next.value;
    }
    if (length !== undefined && received < length) throw new Error(`the answer was cut after ${received} bytes`);
  } finally {
    socket.destroy();
  }
}
