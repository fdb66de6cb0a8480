/**
 * Where a simulated scheduler's state survives its crashes. Records are kept as they are, frozen: who changes one after
 * it was committed fails at once. What is loaded has been through JSON, as from a disk.
 */
import type { Change, Store } from '@warder/store';

export function openSimStore(): Store {
  const records = new Map<string, unknown>();
  return {
    load: async (prefix) =>
      [...records]
        .filter(([path]) => path.startsWith(prefix))
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([path, value]) => ({ path, value: JSON.parse(JSON.stringify(value)) as unknown })),
    commit: async (changes: readonly Change[]) => {
      for (const { path, value } of changes) {
        if (value === undefined) records.delete(path);
        else records.set(path, freeze(value));
      }
    },
    close: async () => {},
  };
}

/** All the way down; what is frozen already was frozen so. */
function freeze(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) freeze(part);
  return value;
}
