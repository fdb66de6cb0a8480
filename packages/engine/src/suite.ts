/** @module What every engine must do. A new kind of engine runs this suite from its test file. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { withCluster } from './suite/cluster.ts';
import type { Case, EngineSuite } from './suite/cluster.ts';
import { agentCases } from './suite/agent.ts';
import { insideCases } from './suite/inside.ts';
import { isolationCases } from './suite/isolation.ts';
import { lifecycleCases } from './suite/lifecycle.ts';
import { recoveryCases } from './suite/recovery.ts';
import { limitCases } from './suite/limit.ts';
import { nameCases } from './suite/name.ts';
import { resourceCases } from './suite/resource.ts';
import { secretCases } from './suite/secret.ts';
import { shareCases } from './suite/share.ts';
import { volumeCases } from './suite/volume.ts';

export type { Cluster, EngineSuite } from './suite/cluster.ts';
export { ask, firstOffer, launchIn, readAll, reserve, reserveSets, takeHand, task } from './suite/hand.ts';
export type { Hand } from './suite/hand.ts';

const cases: Readonly<Record<string, Case>> = {
  ...lifecycleCases,
  ...resourceCases,
  ...recoveryCases,
  ...insideCases,
  ...isolationCases,
  ...volumeCases,
  ...secretCases,
  ...shareCases,
  ...limitCases,
  ...nameCases,
  ...agentCases,
};

/** Registers the tests. Each has a cluster of its own, so they may run in any order. */
export const engineSuite = ({ name, open, skip = {} }: EngineSuite): void => {
  for (const title of Object.keys(skip)) assert.ok(title in cases, `there is no test "${title}" to skip`);
  describe(`engine: ${name}`, { concurrency: 4 }, () => {
    for (const [title, body] of Object.entries(cases)) {
      const reason = skip[title];
      test(title, reason === undefined ? {} : { skip: reason }, withCluster(open, body));
    }
  });
};
