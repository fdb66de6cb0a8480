/** One HTTP exchange with the server. `node:http` and not `fetch`: it loads faster, and every command pays for it. */
import { request, type IncomingMessage } from 'node:http';

export type Exchange = {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Milliseconds without a byte before the exchange is given up. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
};

export function exchange(wanted: Exchange): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const outgoing = request(wanted.url, {
    method: wanted.method,
    headers: wanted.headers,
    agent: false,
    ...(wanted.signal === undefined ? {} : { signal: wanted.signal }),
  });
  outgoing.on('response', resolve);
  outgoing.on('error', reject);
  if (wanted.timeoutMs !== undefined) {
    const { timeoutMs } = wanted;
    outgoing.setTimeout(timeoutMs, () => outgoing.destroy(new Error(`no answer within ${timeoutMs} ms`)));
  }
  outgoing.end(wanted.body);
  return promise;
}

/** The whole body; answers are bounded by the server. */
export async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
