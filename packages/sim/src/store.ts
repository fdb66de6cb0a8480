/**
 * Where a simulated scheduler's state survives its crashes. Records are kept as they are, frozen: who changes one after
 * it was committed fails at once. What is loaded has been through JSON, as from a disk.
 */
import type { Change, Store } from '@warder/store';

export function openSimStore(): Store {
  const records = new Map<string, unknown>();
  /** Those that have been through JSON: nobody can have changed them since. */
  const read = new WeakSet<object>();
  const asRead = (path: string, value: unknown): unknown => {
    if (isObject(value) && read.has(value)) return value;
    const copy = freeze(JSON.parse(JSON.stringify(value)));
    if (isObject(copy)) read.add(copy);
    records.set(path, copy);
    return copy;
  };
  return {
    load: async (prefix) =>
      [...records]
        .filter(([path]) => path.startsWith(prefix))
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([path, value]) => ({ path, value: asRead(path, value) })),
    commit: async (changes: readonly Change[]) => {
      for (const { path, value } of changes) {
        if (value === undefined) records.delete(path);
        else records.set(path, freeze(value));
      }
    },
    close: async () => {},
  };
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** All the way down; what is frozen already was frozen so. */
function freeze(value: unknown): unknown {
  if (!isObject(value) || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) if (isObject(part)) freeze(part);
  return Object.freeze(value);
}
