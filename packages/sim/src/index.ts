/** @module A simulated world with a seed: the real core and scheduler loop, everything around them drawn from a number. */
export { VirtualClock } from './clock.ts';
export { offerOf } from './cluster/agent.ts';
export type { Agent } from './cluster/agent.ts';
export { simulateSpec } from './given.ts';
export { simulate, simulateTwice } from './scenario.ts';
export type { Outcome } from './scenario.ts';
