/** @module Tests of packages: a script of what the cluster and people do, and of what must happen. In milliseconds. */
export { expect } from './expect.ts';
export type { Expectation } from './expect.ts';
export { script } from './script.ts';
export type { Script } from './script.ts';
export { send } from './send.ts';
export type { Sending, Time } from './send.ts';
export type { ScriptAgent } from './cluster.ts';
export type { Source } from './source.ts';
export type { WorldOptions } from './world.ts';
