/** Whom the code of the package talks to: the world of the seed that this thread is at. */
import type { Address } from '@warder/kafka/client/node';

export type Edge = {
  readonly now: () => number;
  readonly wake: (atMs: number, call: () => void) => () => void;
  /** Which life of the scheduler it is; what an earlier one began is never heard of again. */
  readonly life: () => number;
  /** Resolves with the answer, or rejects with why there is none, in its own time. Whoever gives up is told by the signal. */
  readonly ask: (address: Address, api: string, request: unknown, limits: Limits) => Promise<unknown>;
  /** Of the ensemble of ZooKeeper, with what is in them. */
  readonly znodes: () => Map<string, string>;
  /** Of the machine that the package runs on. */
  readonly java: () => number | undefined;
};

export type Limits = { readonly connectMs: number; readonly requestMs: number };

let current: Edge | undefined;

export const enter = (edge: Edge): void => {
  current = edge;
};

export const edge = (): Edge => {
  if (current === undefined) throw new Error('there is no world');
  return current;
};
