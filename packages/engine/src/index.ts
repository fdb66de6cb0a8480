/** @module The contract that every engine keeps, and the conformance suite that proves it. */
export type * from './engine.ts';
