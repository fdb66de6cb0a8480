/** @module The contract of a store and the stores that keep it. */
export type * from './store.ts';
