import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { StoreError } from '../error.ts';
import type { Store } from '../store.ts';
import { keepBackup, lastWrittenMs } from './backup.ts';
import { reportDamage } from './damage.ts';
import { explain, isDamage } from './failure.ts';
import { sqliteStore } from './store.ts';

/** Counts up when what is in the file changes its shape. */
const SCHEMA_VERSION = 1;

export type SqliteStoreOptions = {
  readonly file: string;
  readonly log?: { readonly warn: (fields: object, message: string) => void };
};

/**
 * The store of a server: one SQLite file, made (mode 0600) if it is not there. It is checked, and when it is whole and
 * has changed, kept once more as `<file>.backup`. One open at a time, in all processes.
 *
 * @throws StoreError `store-corrupt`, `store-newer`, `store-locked`, `store-full` or `store-failed`
 */
export async function openSqliteStore({ file, log }: SqliteStoreOptions): Promise<Store> {
  const writtenMs = lastWrittenMs(file);
  let database: DatabaseSync | undefined;
  try {
    closeSync(openSync(file, 'a', 0o600));
    database = new DatabaseSync(file, { timeout: 0 });
    takeAlone(database);
    check(database);
    demandSchema(database, file);
  } catch (error) {
    const damaged = isDamage(error) || error instanceof Damage;
    const failure = damaged ? reportDamage(file, messageOf(error), Date.now()) : explain(error, file);
    if (database?.isOpen === true) database.close();
    throw failure;
  }
  if (writtenMs !== undefined) {
    try {
      keepBackup(database, file, writtenMs);
    } catch (error) {
      log?.warn({ file, error: messageOf(error) }, 'no backup of the store could be kept');
    }
  }
  return sqliteStore(database, file);
}

/** Hold the file from here on. FULL: what is committed is on the disk, also when the power goes. */
function takeAlone(database: DatabaseSync): void {
  database.exec('PRAGMA locking_mode = EXCLUSIVE');
  database.exec('PRAGMA journal_mode = WAL');
  database.exec('PRAGMA synchronous = FULL');
  database.exec('BEGIN IMMEDIATE; COMMIT');
}

function check(database: DatabaseSync): void {
  const rows = database.prepare('PRAGMA quick_check(3)').all();
  const found = rows.map((row) => String(row['quick_check']));
  if (found.length !== 1 || found[0] !== 'ok') throw new Damage(found.join('; '));
}

class Damage extends Error {}

function demandSchema(database: DatabaseSync, file: string): void {
  const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
  if (version > SCHEMA_VERSION) {
    throw new StoreError(
      'store-newer',
      `${file} was written by a newer version of Warder (its format is ${version}, this version knows ${SCHEMA_VERSION})`,
      'start the newer version again, or use another home (WARDER_HOME)',
    );
  }
  if (version === SCHEMA_VERSION) return;
  database.exec(`
    BEGIN IMMEDIATE;
    CREATE TABLE record (path TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
    PRAGMA user_version = ${SCHEMA_VERSION};
    COMMIT`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
