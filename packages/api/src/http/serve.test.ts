/** What only shows over a real connection: ends of streams, broken connections, large bodies. */
import assert from 'node:assert/strict';
import { connect as connectSocket } from 'node:net';
import { test } from 'node:test';
import { changeStream } from '../event/sse.ts';
import { createChangeLog } from '../event/change-log.ts';
import { connect } from '../client/connect.ts';
import { toResponse } from './reply.ts';
import { readJsonBody } from './body.ts';
import { ApiFailure } from '../failure.ts';
import { stream } from '../route.ts';
import { serveApi } from './serve.ts';
import { within } from './within.ts';

test('a client that goes ends the stream that was made for it', async (t) => {
  const ended = Promise.withResolvers<void>();
  async function* endless(signal: AbortSignal): AsyncIterable<Uint8Array> {
    try {
      for (;;) {
        yield Buffer.from('x');
        await new Promise((resolve) => setTimeout(resolve, 5));
        if (signal.aborted) return;
      }
    } finally {
      ended.resolve();
    }
  }
  const api = {
    fetch: async (request: Request) => toResponse(stream('text/plain; charset=utf-8', endless(request.signal))),
  };
  const server = await serveApi(api, 0);
  t.after(() => server.close());
  let count = 0;
  for await (const _ of connect({ url: server.url, token: '' }).bytes('/')) if (++count === 3) break;
  await ended.promise;
});

test('a stream that only waits ends too when its client goes', async (t) => {
  const log = createChangeLog('e');
  const aborted = Promise.withResolvers<void>();
  const api = {
    fetch: async ({ signal }: Request) => {
      signal.addEventListener('abort', () => aborted.resolve());
      return toResponse(stream('text/event-stream', changeStream({ log, signal })));
    },
  };
  const server = await serveApi(api, 0);
  t.after(() => server.close());
  const { port } = new URL(server.url);
  const socket = connectSocket(Number(port), '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n');
  await new Promise((resolve) => socket.once('data', resolve));
  socket.destroy();
  await aborted.promise;
});

test('events go on after the connection broke, without a gap', async (t) => {
  const log = createChangeLog('e');
  let connections = 0;
  const api = {
    fetch: async (request: Request) => {
      connections += 1;
      const lastEventId = request.headers.get('last-event-id') ?? undefined;
      return toResponse(stream('text/event-stream', changeStream({ log, lastEventId, signal: request.signal })));
    },
  };
  const first = await serveApi(api, 0);
  const { port } = new URL(first.url);
  const stop = new AbortController();
  const seen: unknown[] = [];
  const watching = (async () => {
    for await (const { event, data } of connect({ url: first.url, token: '' }).events('/', { signal: stop.signal })) {
      seen.push([event, Object(data).path]);
      if (seen.length === 3) stop.abort();
    }
  })();
  while (connections === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  log.append('a', [{ path: 'one', value: 1 }]);
  while (seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await first.close();
  log.append('a', [{ path: 'two', value: 2 }]);
  const second = await serveApi(api, Number(port));
  t.after(() => second.close());
  while (seen.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  log.append('a', [{ path: 'three', value: 3 }]);
  await watching;
  assert.deepEqual(seen, [
    ['change', 'one'],
    ['change', 'two'],
    ['change', 'three'],
  ]);
});

test('a body without a length is read no further than the limit', async (t) => {
  const api = {
    fetch: async (request: Request) => {
      try {
        return Response.json(await readJsonBody(request));
      } catch (error) {
        assert.ok(error instanceof ApiFailure);
        return new Response(error.code, { status: error.status });
      }
    },
  };
  const server = await serveApi(api, 0);
  t.after(() => server.close());
  const post = (body: ReadableStream) => fetch(server.url, { method: 'POST', body, duplex: 'half' });
  const fits = await post(new Blob(['{"a":', '1}']).stream());
  assert.deepEqual(await fits.json(), { a: 1 });
  const tooLarge = await post(new Blob(['"', 'x'.repeat(3 * 1024 * 1024), '"']).stream());
  assert.deepEqual([tooLarge.status, await tooLarge.text()], [413, 'input-too-large']);
});

test('package code that takes too long is told to stop, and the caller is answered', async () => {
  const caller = new AbortController();
  let aborted = false;
  const slow = within(20, caller.signal, 'GET /slow', async (signal) => {
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    aborted = true;
  });
  await assert.rejects(slow, {
    code: 'package-timeout',
    status: 504,
    message: 'GET /slow did not answer within 0.02 s',
  });
  assert.ok(aborted);
  assert.equal(await within(1000, caller.signal, 'quick', async () => 7), 7);
  await assert.rejects(
    within(1000, caller.signal, 'broken', () => {
      throw new Error('at once');
    }),
    /at once/,
  );
});
