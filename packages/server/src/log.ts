import { existsSync, renameSync, statSync } from 'node:fs';
import type { Log } from '@warder/scheduler';
import { destination, pino } from 'pino';

const ROTATE_BYTES = 10 * 1024 * 1024;
const KEPT = 3;

/** JSON lines in a file (mode 0600), written at once so that a crash leaves its reason behind. */
export function openLog(path: string): Log {
  rotate(path);
  const options = { base: { pid: process.pid }, serializers: { error: textOf } };
  return pino(options, destination({ dest: path, sync: true, mode: 0o600 }));
}

/** `server.log` to `server.log.1`, that to `.2`, and so on; the oldest goes. */
function rotate(path: string): void {
  if (!existsSync(path) || statSync(path).size < ROTATE_BYTES) return;
  for (let number = KEPT; number >= 1; number--) {
    const from = number === 1 ? path : `${path}.${number - 1}`;
    if (existsSync(from)) renameSync(from, `${path}.${number}`);
  }
}

/** Errors as fields would be empty objects. */
function textOf(value: unknown): unknown {
  return value instanceof Error ? value.stack : value;
}
