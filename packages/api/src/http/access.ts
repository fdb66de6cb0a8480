import { createHash, timingSafeEqual } from 'node:crypto';
import { ApiFailure } from '../failure.ts';

/** Whether the header carries the token; takes the same time for every wrong one. */
export function demandToken(token: string, header: string | undefined): void {
  const given = /^Bearer (\S+)$/i.exec(header ?? '')?.[1];
  if (given !== undefined && timingSafeEqual(digest(given), digest(token))) return;
  throw new ApiFailure(
    401,
    'token-wrong',
    given === undefined ? 'the request has no token' : 'the token is not that of this server',
    'send `Authorization: Bearer <token>` with the content of the file `token` in the home of the server (WARDER_HOME)',
  );
}

/**
 * Names that lead to this machine. A page of another site can make a browser reach a loopback address under that
 * site's own name (DNS rebinding); such requests carry that name.
 */
const LOCAL = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i;

export function demandLocalName(host: string | undefined): void {
  if (host !== undefined && LOCAL.test(host)) return;
  throw new ApiFailure(
    421,
    'host-refused',
    'the request names a host that is not this machine',
    'use the url in server.json, which begins with http://127.0.0.1',
  );
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
