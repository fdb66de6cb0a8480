/** One decision in the making: what it may change, and what it hands out. */
import type { Action } from './action.ts';
import type { State } from './state.ts';

export type Context = {
  readonly state: State;
  readonly nowMs: number;
  /** Changed records by path; `undefined` is a deletion. */
  readonly changes: Map<string, unknown>;
  readonly actions: Action[];
  /** Steps and instances to look at before the decision is made. */
  readonly agenda: Set<string>;
};

export function createContext(state: State, nowMs: number): Context {
  return { state, nowMs, changes: new Map(), actions: [], agenda: new Set() };
}
