/** What a test of an engine is given. */
import type { TestContext } from 'node:test';
import type { Feature } from '@warder/core';
import type { Engine } from '../engine.ts';
import { takeHand } from './hand.ts';
import type { Hand } from './hand.ts';

/** A new, empty cluster and the engine for it. */
export type Cluster = {
  readonly engine: Engine;
  /** The engine again, by a new process as far as it can tell, after it was closed. */
  readonly reopen: () => Promise<Engine>;
  /** Ends everything. Rejects when something is left: a process, a group, a mount, a volume. */
  readonly destroy: () => Promise<void>;
};

export type EngineSuite = {
  readonly name: string;
  readonly open: () => Promise<Cluster>;
  /** Titles of tests that cannot hold for this engine, with the reason. A title that there is not is an error. */
  readonly skip?: Readonly<Record<string, string>>;
};

export type Case = (world: World) => Promise<void>;

export type World = Cluster & { readonly hand: Hand; readonly context: TestContext };

export const service = 'suite';

/** Whether the engine says that it can do it; else the test is skipped, with the reason. */
export const can = ({ engine, context }: World, feature: Feature): boolean => {
  if (engine.capabilities.features.includes(feature)) return true;
  context.skip(`the engine does not declare ${feature}`);
  return false;
};

/** Runs one case with a cluster of its own and the hand of one service. */
export const withCluster = (open: EngineSuite['open'], body: Case) => async (context: TestContext) => {
  const cluster = await open();
  try {
    await body({ ...cluster, context, hand: await takeHand(cluster.engine, service) });
  } finally {
    await cluster.destroy();
  }
};
