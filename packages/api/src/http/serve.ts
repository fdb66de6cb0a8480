import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { Api } from '../api.ts';

/** Only this machine: nothing of it is meant for a network, which asks for TLS and users. */
const HOST = '127.0.0.1';

/** More than any sane number of watchers; what comes then is turned away. */
const CONNECTIONS_MAX = 500;

export type ApiServer = {
  readonly url: string;
  /** Ends also what is still going on, like streams of events. */
  readonly close: () => Promise<void>;
};

/** Listen on the loopback address. @throws the error of the system, as `EADDRINUSE` */
export async function serveApi(api: Api, port: number): Promise<ApiServer> {
  const listener = getRequestListener((request) => api.fetch(request), { overrideGlobalObjects: false });
  const server = createServer({ keepAliveTimeout: 5_000 }, (request, response) => void listener(request, response));
  server.maxConnections = CONNECTIONS_MAX;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, HOST, resolve);
  await promise;
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return {
    url: `http://${HOST}:${address.port}`,
    close: async () => {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      server.closeAllConnections();
      await closed.promise;
    },
  };
}
