import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { createServer as createTcpServer, type Server } from 'node:net';
import { test, type TestContext } from 'node:test';
import { exchange, readBody } from './http.ts';

async function listen(t: TestContext, server: Server): Promise<URL> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', () => resolve());
  await promise;
  t.after(() => server.close());
  const address = server.address();
  return new URL(`http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/a?b=c`);
}

/** Answers each connection with this text, and ends it. */
function saying(t: TestContext, text: string): Promise<URL> {
  return listen(
    t,
    createTcpServer((socket) => void socket.once('data', () => socket.end(text))),
  );
}

test('a request arrives whole, and so does a big answer', async (t) => {
  const big = 'ü'.repeat(500_000);
  const url = await listen(
    t,
    createServer((request, response) => {
      void readBody(request).then((body) => response.end(`${request.method} ${request.url} ${body.toString()} ${big}`));
    }),
  );
  const { status, body } = await exchange({ url, method: 'POST', headers: {}, body: 'grüß' });
  assert.equal(status, 200);
  assert.equal((await readBody(body)).toString(), `POST /a?b=c grüß ${big}`);
});

test('an answer that does not end is read as it comes, until the signal', async (t) => {
  const url = await listen(
    t,
    createServer((_request, response) => {
      response.write('one');
    }),
  );
  const stop = new AbortController();
  const { body } = await exchange({ url, method: 'GET', headers: {}, signal: stop.signal });
  const read = async (): Promise<void> => {
    for await (const chunk of body) {
      assert.equal(chunk.toString(), 'one');
      stop.abort();
    }
  };
  await assert.rejects(read(), { name: 'AbortError' });
});

const broken: readonly (readonly [string, string, RegExp])[] = [
  ['what is not HTTP', 'hello\r\n\r\n', /is not HTTP/],
  ['a connection that ends at once', '', /ended before the answer/],
  ['a head without end', 'x'.repeat(100_000), /does not end/],
  ['a body that is cut', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc', /cut after 3 bytes/],
];
for (const [what, text, message] of broken) {
  test(`${what} is an error`, async (t) => {
    const url = await saying(t, text);
    const read = async (): Promise<Buffer> => readBody((await exchange({ url, method: 'GET', headers: {} })).body);
    await assert.rejects(read(), message);
  });
}

test('silence has a limit; a header cannot smuggle another', async (t) => {
  const url = await listen(t, createTcpServer());
  await assert.rejects(exchange({ url, method: 'GET', headers: {}, timeoutMs: 50 }), /no answer within 50 ms/);
  await assert.rejects(exchange({ url, method: 'GET', headers: { a: 'b\r\nc: d' } }), /line break/);
});
