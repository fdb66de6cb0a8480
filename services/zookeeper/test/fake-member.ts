/** A member that answers words of four letters over a real socket, as it is told to. */
import { once } from 'node:events';
import { createServer } from 'node:net';

export type FakeMember = { readonly port: number; readonly close: () => Promise<void> };

/** Words without an answer are never answered. */
export const fakeMember = async (answers: () => Readonly<Record<string, string>>): Promise<FakeMember> => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      const answer = answers()[chunk.toString('utf8')];
      if (answer !== undefined) socket.end(answer);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('no port');
  return {
    port: bound.port,
    close: async () => {
      server.close();
      await once(server, 'close');
    },
  };
};
