/** @module What the ZooKeeper package gives to the scheduler. */
import type { PackageCode } from '@warder/sdk';
import { inQuorum, quorumSafe, replaceSafe } from './gate.ts';
import { connectOf } from './member.ts';
import { metrics } from './metrics.ts';
import { refreshMembers } from './refresh-members.ts';
import { refusals } from './refusals.ts';
import { review } from './review.ts';
import { routes } from './route.ts';
import { zooKeeperSpec } from './spec.ts';

const code: PackageCode = {
  spec: zooKeeperSpec,
  refusals,
  gates: { 'quorum-safe': quorumSafe, 'replace-safe': replaceSafe, 'in-quorum': inQuorum },
  procedures: { 'refresh-members': refreshMembers },
  review,
  metrics,
  endpoints: { connect: async (service) => connectOf(service) },
  routes,
};

export default code;
