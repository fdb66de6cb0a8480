/** Server-sent events, read from a stream that may break and be opened again. */
import { ApiError } from './error.ts';

export type ServerEvent = {
  /** `change`, or `reset`: some were missed, read again what you show. */
  readonly event: string;
  readonly data: unknown;
};

type OpenStream = (lastEventId: string | undefined) => Promise<ReadableStream<Uint8Array>>;

const RETRIES_MAX = 20;
const RETRY_MS = 500;

/** Ends when the signal aborts. @throws ApiError when the server refuses, or was away for ten seconds */
export async function* watch(signal: AbortSignal, open: OpenStream): AsyncIterable<ServerEvent> {
  let lastEventId: string | undefined;
  let failures = 0;
  while (!signal.aborted) {
    try {
      for await (const block of blocks(await open(lastEventId))) {
        failures = 0;
        lastEventId = block.id ?? lastEventId;
        if (block.data !== undefined) yield { event: block.event, data: JSON.parse(block.data) };
      }
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      const refused = error instanceof ApiError && error.status !== 0;
      if (refused || failures > RETRIES_MAX) throw error;
    }
    await pause(RETRY_MS, signal);
  }
}

type Block = { readonly event: string; readonly id?: string | undefined; readonly data?: string | undefined };

/** What stands between two empty lines. Our server writes `\n` and one line of data. */
async function* blocks(stream: ReadableStream<Uint8Array>): AsyncIterable<Block> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of stream) {
    text += decoder.decode(chunk, { stream: true });
    const parts = text.split('\n\n');
    text = parts.pop() ?? '';
    for (const part of parts) {
      const fields = new Map(part.split('\n').map((line) => splitField(line)));
      yield { event: fields.get('event') ?? 'message', id: fields.get('id'), data: fields.get('data') };
    }
  }
}

function splitField(line: string): readonly [string, string] {
  const colon = line.indexOf(':');
  return colon < 0 ? [line, ''] : [line.slice(0, colon), line.slice(colon + 1).trimStart()];
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  const stop = (): void => resolve();
  signal.addEventListener('abort', stop, { once: true });
  await promise;
  clearTimeout(timer);
  signal.removeEventListener('abort', stop);
}
