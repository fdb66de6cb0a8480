import type { DatabaseSync } from 'node:sqlite';
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';

/** When the database was last written, in milliseconds: its file, or the log beside it, whichever is younger. */
export function lastWrittenMs(file: string): number | undefined {
  const times = [file, `${file}-wal`].filter((path) => existsSync(path)).map((path) => statSync(path).mtimeMs);
  return times.length === 0 ? undefined : Math.floor(Math.max(...times));
}

/**
 * Keep a whole, checked copy in `<file>.backup`, in place of the one before. Its modification time is set to that of
 * the original, which says whether there is anything new to keep.
 */
export function keepBackup(database: DatabaseSync, file: string, writtenMs: number): void {
  const backup = `${file}.backup`;
  if (existsSync(backup) && Math.floor(statSync(backup).mtimeMs) === writtenMs) return;
  const part = `${backup}.part`;
  rmSync(part, { force: true });
  try {
    closeSync(openSync(part, 'wx', 0o600));
    database.prepare('VACUUM INTO ?').run(part);
    const handle = openSync(part, 'r+');
    fsyncSync(handle);
    closeSync(handle);
    utimesSync(part, writtenMs / 1000, writtenMs / 1000);
    renameSync(part, backup);
  } finally {
    rmSync(part, { force: true });
  }
}
