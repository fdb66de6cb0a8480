/** @module The contract of a store and the stores that keep it: one SQLite file, and memory. */
export { StoreError } from './error.ts';
export type { StoreErrorCode } from './error.ts';
export { openMemoryStore } from './memory.ts';
export { openSqliteStore } from './sqlite/open.ts';
export type { SqliteStoreOptions } from './sqlite/open.ts';
export type { Change, Store, StoredRecord } from './store.ts';
