import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { busyPort, listeningOn, parseSockets } from './port.ts';

const listenAt = async (t: { after: (call: () => void) => void }, host: string): Promise<number> => {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  t.after(() => server.close());
  const bound = server.address();
  return typeof bound === 'object' && bound !== null ? bound.port : 0;
};

test('a port that somebody listens on is named', async (t) => {
  const port = await listenAt(t, '127.0.0.1');
  assert.equal(await busyPort('127.0.0.1', [port]), `port ${port} is already in use on 127.0.0.1`);
  assert.ok(listeningOn('127.0.0.1').has(port));
});

test('the same port on another address of the host is free', async (t) => {
  if (process.platform !== 'linux') return t.skip('needs Linux: elsewhere 127.0.0.1 is the only loopback address');
  const port = await listenAt(t, '127.0.0.1');
  assert.equal(await busyPort('127.0.11.1', [port]), undefined);
  assert.equal(listeningOn('127.0.11.1').has(port), false);
});

test('who listens on every address takes the port on each', async (t) => {
  const port = await listenAt(t, '::');
  assert.ok(listeningOn('127.0.12.1').has(port) || process.platform !== 'linux');
  assert.match((await busyPort('127.0.0.1', [port])) ?? '', /in use/);
});

test('the table of the kernel', () => {
  const table = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    '   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1',
    '   1: 0100007F:1F91 0100007F:9999 01 00000000:00000000 00:00000000 00000000     0        0 1',
    '   2: 010B007F:1F92 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1',
    '   3: 00000000:1F93 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1',
    '   4: 0000000000000000FFFF00000100007F:1F94 00000000000000000000000000000000:0000 0A 0 0 0 0 0',
  ].join('\n');
  assert.deepEqual(parseSockets(table, '127.0.0.1'), [8080, 8083, 8084]);
});
