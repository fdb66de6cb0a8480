import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';

/** Write a file (mode 0600) that others see whole or not at all. */
export function writeWholeFile(path: string, content: string): void {
  const part = `${path}.${randomBytes(4).toString('hex')}.part`;
  try {
    const handle = openSync(part, 'wx', 0o600);
    writeSync(handle, content);
    fsyncSync(handle);
    closeSync(handle);
    renameSync(part, path);
  } finally {
    rmSync(part, { force: true });
  }
}
