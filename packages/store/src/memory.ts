import type { Change, Store, StoredRecord } from './store.ts';
import { StoreError } from './error.ts';
import { comparePaths } from './path-order.ts';

/** A store that lasts as long as the process: for tests and the simulator. Values are kept as JSON, as on a disk. */
export function openMemoryStore(): Store {
  const records = new Map<string, string>();
  let open = true;

  const demandOpen = (): void => {
    if (!open) throw new StoreError('store-closed', 'the store was closed', 'open it again');
  };

  return {
    async load(prefix) {
      demandOpen();
      const found: StoredRecord[] = [];
      for (const [path, json] of records) if (path.startsWith(prefix)) found.push({ path, value: JSON.parse(json) });
      return found.toSorted((a, b) => comparePaths(a.path, b.path));
    },

    async commit(changes) {
      demandOpen();
      for (const [path, json] of changes.map(encode)) {
        if (json === undefined) records.delete(path);
        else records.set(path, json);
      }
    },

    async close() {
      open = false;
    },
  };
}

/** All of them first: a value that is not JSON must change nothing. */
function encode(change: Change): readonly [string, string | undefined] {
  return [change.path, change.value === undefined ? undefined : JSON.stringify(change.value)];
}
