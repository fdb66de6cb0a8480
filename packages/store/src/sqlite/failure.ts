import { StoreError } from '../error.ts';

/** Result codes of SQLite (the low byte of the extended ones). */
const BUSY = 5;
const LOCKED = 6;
const CORRUPT = 11;
const FULL = 13;
const NOT_A_DATABASE = 26;

/** The number that SQLite gave to an error, or undefined for an error of another origin. */
function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined;
  return error.errcode & 0xff;
}

export function isDamage(error: unknown): boolean {
  const code = resultCode(error);
  return code === CORRUPT || code === NOT_A_DATABASE;
}

/** An error of SQLite in our words. What is not from SQLite is given back as it is. */
export function explain(error: unknown, file: string): unknown {
  const code = resultCode(error);
  if (code === undefined) return error;
  const text = error instanceof Error ? error.message : String(error);
  if (code === FULL) {
    const next = `free some space on the disk of ${file}; what was not kept is tried again`;
    return new StoreError('store-full', `the disk is full: nothing was written to ${file}`, next, error);
  }
  if (code === BUSY || code === LOCKED) {
    const next = 'stop the server that uses it (`warder server stop`), or use another home (WARDER_HOME)';
    return new StoreError('store-locked', `${file} is in use by another process`, next, error);
  }
  if (isDamage(error)) {
    const next = 'restart the server: it checks the file, keeps a copy of it and names the last good backup';
    return new StoreError('store-corrupt', `${file} is damaged: ${text}`, next, error);
  }
  const next = `look at the disk and the permissions of ${file}`;
  return new StoreError('store-failed', `${file} could not be used: ${text}`, next, error);
}
