import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { StoreError } from '../error.ts';

/** Keep a copy of a damaged database, and say what can be done now. */
export function reportDamage(file: string, found: string, nowMs: number): StoreError {
  const copy = keepCopy(file, nowMs);
  const backup = `${file}.backup`;
  const next = existsSync(backup)
    ? `go back to the backup of ${statSync(backup).mtime.toISOString()} (what was installed since then is not in it): ` +
      `cp '${backup}' '${file}' && rm -f '${file}-wal' '${file}-shm'`
    : `there is no backup; repair the copy with sqlite3's .recover, or begin anew: rm '${file}' '${file}-wal'`;
  return new StoreError('store-corrupt', `${file} is damaged (${found}); a copy of it is kept in ${copy}`, next);
}

/** One copy of each damage is enough: a server that is started again and again must not fill the disk. */
function keepCopy(file: string, nowMs: number): string {
  const prefix = `${basename(file)}.corrupt-`;
  const content = hash(file);
  const kept = readdirSync(dirname(file)).filter((name) => name.startsWith(prefix) && !name.endsWith('-wal'));
  const same = kept.find((name) => hash(join(dirname(file), name)) === content);
  if (same !== undefined) return join(dirname(file), same);
  const copy = `${file}.corrupt-${new Date(nowMs).toISOString().replaceAll(':', '')}`;
  for (const suffix of ['', '-wal']) {
    if (!existsSync(file + suffix) || statSync(file + suffix).size === 0) continue;
    copyFileSync(file + suffix, copy + suffix);
    chmodSync(copy + suffix, 0o600);
  }
  return copy;
}

function hash(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
