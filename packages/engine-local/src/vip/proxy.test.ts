import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { openProxy } from './proxy.ts';
import type { Backend } from './proxy.ts';

type Context = { after: (call: () => unknown) => void };

/** Answers its name and what it was sent, after the client has said all. */
const serve = async (t: Context, name: string): Promise<Backend> => {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    let heard = '';
    socket.on('data', (chunk: Buffer) => {
      heard += chunk.toString('utf8');
    });
    socket.on('end', () => socket.end(`${name}:${heard.length}`));
    socket.on('error', () => {});
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return { address: '127.0.0.1', port: (server.address() as AddressInfo).port };
};

const ask = (port: number, text = ''): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    let heard = '';
    socket.on('data', (chunk: Buffer) => {
      heard += chunk.toString('utf8');
    });
    socket.on('error', () => resolve('refused'));
    socket.on('close', () => resolve(heard));
    socket.end(text);
  });

/** A port that nobody listens on. */
const closedPort = async (): Promise<Backend> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return { address: '127.0.0.1', port };
};

test('connections go to the backends in turn, whole in both directions', async (t) => {
  const backends = [await serve(t, 'a'), await serve(t, 'b')];
  const proxy = await openProxy('127.0.0.1', 0, () => backends);
  t.after(() => proxy.close());
  const answers = [await ask(proxy.port), await ask(proxy.port), await ask(proxy.port)];
  assert.deepEqual(answers, ['a:0', 'b:0', 'a:0']);
  assert.equal(await ask(proxy.port, 'x'.repeat(3 << 20)), `b:${3 << 20}`);
});

test('a backend that does not answer is passed over', async (t) => {
  const backends = [await closedPort(), await serve(t, 'b')];
  const proxy = await openProxy('127.0.0.1', 0, () => backends);
  t.after(() => proxy.close());
  assert.deepEqual([await ask(proxy.port), await ask(proxy.port)], ['b:0', 'b:0']);
});

test('with no backend a connection is cut off at once', async (t) => {
  const proxy = await openProxy('127.0.0.1', 0, () => []);
  t.after(() => proxy.close());
  assert.match(await ask(proxy.port), /^(refused)?$/);
});

test('closing ends open connections', async (t) => {
  const backend = await serve(t, 'a');
  const proxy = await openProxy('127.0.0.1', 0, () => [backend]);
  const socket = connect({ port: proxy.port, host: '127.0.0.1' });
  socket.on('error', () => {});
  await once(socket, 'connect');
  const closed = once(socket, 'close');
  await proxy.close();
  await closed;
});
