/** One stable address in front of several backends, by forwarding TCP connections in turn. */
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';

export type Backend = { readonly address: string; readonly port: number };

export type Proxy = {
  readonly address: string;
  readonly port: number;
  readonly close: () => Promise<void>;
};

const connectMs = 2_000;
const connectionsMax = 10_000;

/** Rejects when the address cannot be listened on. `backends` is asked for each connection: who may be chosen now. */
export const openProxy = async (address: string, port: number, backends: () => readonly Backend[]): Promise<Proxy> => {
  const sockets = new Set<Socket>();
  let turn = 0;
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const all = backends();
    const order = all.map((_, index) => all[(turn + index) % all.length]).filter((each) => each !== undefined);
    turn += 1;
    track(sockets, client);
    forward(client, order, sockets);
  });
  server.maxConnections = connectionsMax;
  await listen(server, address, port);
  const bound = server.address();
  return {
    address,
    port: typeof bound === 'object' && bound !== null ? bound.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
};

/** Tries one backend after the other; a client that none takes is cut off at once, so that it can try again. */
const forward = (client: Socket, order: readonly Backend[], sockets: Set<Socket>): void => {
  const [backend, ...rest] = order;
  if (backend === undefined) {
    client.resetAndDestroy();
    return;
  }
  const upstream = connect({ host: backend.address, port: backend.port, allowHalfOpen: true });
  track(sockets, upstream);
  const timer = setTimeout(() => upstream.destroy(new Error('timeout')), connectMs);
  let connected = false;
  upstream.once('connect', () => {
    connected = true;
    clearTimeout(timer);
    client.pipe(upstream);
    upstream.pipe(client);
  });
  upstream.once('close', (failed) => {
    clearTimeout(timer);
    // Soon: what was received must still be sent.
    if (connected) end(client, failed);
    else if (!client.destroyed) forward(client, rest, sockets);
  });
  client.once('close', (failed) => {
    clearTimeout(timer);
    end(upstream, failed);
  });
};

const end = (socket: Socket, failed: boolean): void => {
  if (failed) socket.resetAndDestroy();
  else socket.destroySoon();
};

const track = (sockets: Set<Socket>, socket: Socket): void => {
  sockets.add(socket);
  socket.setNoDelay(true);
  // The end of either side is the end of both: see `close`.
  socket.on('error', () => {});
  socket.once('close', () => sockets.delete(socket));
};

const listen = (server: Server, address: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: address, port, exclusive: true }, () => {
      server.off('error', reject);
      resolve();
    });
  });
