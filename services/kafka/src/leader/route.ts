/** Who leads partitions. */
import type { PackageRoute } from '@warder/sdk';
import { demote } from './demote.ts';
import { electLeaders } from './elect.ts';

export const leaderRoutes: readonly PackageRoute[] = [
  {
    method: 'PUT',
    path: '/topics/operation/elect-leaders',
    summary: 'Give leadership back to the preferred leaders',
    query: {
      topic: 'of this one alone',
      partition: 'of this one alone',
      unclean: 'may-lose-records: where nobody leads, let a replica lead that is not in sync',
    },
    handle: electLeaders,
  },
  {
    method: 'PUT',
    path: '/brokers/{id}/operation/demote',
    summary: 'Give the leadership of everything that a broker leads to others; its replicas stay',
    query: { dryRun: 'true: nothing is changed' },
    handle: demote,
  },
];
