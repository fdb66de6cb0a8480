import type { DatabaseSync } from 'node:sqlite';
import { StoreError } from '../error.ts';
import type { Store, StoredRecord } from '../store.ts';
import { explain } from './failure.ts';

/** The store contract on a database that is open, checked and ours alone. */
export function sqliteStore(database: DatabaseSync, file: string): Store {
  const from = database.prepare('SELECT path, value FROM record WHERE path >= ? ORDER BY path');
  const put = database.prepare(
    'INSERT INTO record (path, value) VALUES (?, ?) ON CONFLICT (path) DO UPDATE SET value = excluded.value',
  );
  const remove = database.prepare('DELETE FROM record WHERE path = ?');

  const demandOpen = (): void => {
    if (!database.isOpen) throw new StoreError('store-closed', `${file} was closed`, 'open it again');
  };

  return {
    async load(prefix) {
      demandOpen();
      const found: StoredRecord[] = [];
      try {
        for (const row of from.iterate(prefix)) {
          const path = String(row['path']);
          // Paths with a prefix are neighbours: the first other one ends them.
          if (!path.startsWith(prefix)) break;
          found.push({ path, value: JSON.parse(String(row['value'])) });
        }
      } catch (error) {
        throw explain(error, file);
      }
      return found;
    },

    async commit(changes) {
      demandOpen();
      if (changes.length === 0) return;
      try {
        database.exec('BEGIN IMMEDIATE');
        for (const { path, value } of changes) {
          if (value === undefined) remove.run(path);
          else put.run(path, JSON.stringify(value));
        }
        database.exec('COMMIT');
      } catch (error) {
        if (database.isTransaction) database.exec('ROLLBACK');
        throw explain(error, file);
      }
    },

    async close() {
      if (database.isOpen) database.close();
    },
  };
}
