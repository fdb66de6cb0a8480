/** @module A simulated world with a seed: the real core and scheduler loop, everything around them drawn from a number. */
export { simulate, simulateTwice } from './scenario.ts';
export type { Outcome } from './scenario.ts';
