/** Which ports are really in use, whoever uses them. */
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { isCode } from '../error.ts';
import { run } from '../host/program.ts';

/** The first of these ports that cannot be listened on at the address, with the reason. */
export const busyPort = async (
  address: string,
  ports: readonly number[],
  network?: string,
): Promise<string | undefined> => {
  if (network !== undefined) {
    const taken = await listeningIn(network, address);
    const port = ports.find((each) => taken.has(each));
    return port === undefined ? undefined : `port ${port} is already in use on ${address}`;
  }
  for (const port of ports) {
    const reason = await tryPort(address, port);
    if (reason !== undefined) return reason;
  }
  return undefined;
};

/** Ports of listening sockets that keep others from listening at the address. */
export const listeningOn = (address: string): ReadonlySet<number> =>
  new Set([...parseSockets(readText('/proc/net/tcp'), address), ...parseSockets(readText('/proc/net/tcp6'), address)]);

/** Lines of /proc/net/tcp and tcp6: `0: 0100007F:1F90 00000000:0000 0A ...`; 0A is LISTEN. */
export const parseSockets = (table: string, address: string): readonly number[] =>
  table.split('\n').flatMap((line) => {
    const [, local, , state] = line.trim().split(/\s+/);
    const [host = '', port = ''] = local?.split(':') ?? [];
    if (state !== '0A' || !(isAny(host) || host.endsWith(hexOf(address)))) return [];
    return [Number.parseInt(port, 16)];
  });

/** IPv4 in the byte order of the machine (little on all that we run on), also at the end of a mapped IPv6 address. */
const hexOf = (address: string): string =>
  address
    .split('.')
    .toReversed()
    .map((part) => Number(part).toString(16).padStart(2, '0').toUpperCase())
    .join('');

const isAny = (host: string): boolean => /^0+$/.test(host) || host === '0000000000000000FFFF000000000000';

const listeningIn = async (network: string, address: string): Promise<ReadonlySet<number>> => {
  // It is made with the first task of the agent.
  if (!existsSync(network)) return new Set();
  const { stdout } = await run(['nsenter', `--net=${network}`, 'cat', '/proc/net/tcp', '/proc/net/tcp6']);
  return new Set(parseSockets(stdout, address));
};

const tryPort = (address: string, port: number): Promise<string | undefined> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => {
      if (isCode(error, 'EADDRINUSE')) resolve(`port ${port} is already in use on ${address}`);
      // A port below 1024 may be allowed to the task and not to us: it will see.
      else if (isCode(error, 'EACCES')) resolve(undefined);
      else resolve(`port ${port} on ${address}: ${error.message}`);
    });
    server.listen({ port, host: address, exclusive: true }, () => server.close(() => resolve(undefined)));
  });

const readText = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};
