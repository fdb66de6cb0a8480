/** Why brokers cannot go, all reasons at once. Pure. */
import type { ServiceView } from '@warder/sdk';
import { leaving } from '../cluster/leaving.ts';
import { brokers, controllers } from '../cluster/member.ts';
import type { ClusterView } from '../cluster/view.ts';
import { brokersText, count, few } from '../cluster/words.ts';

/** What does not depend on where replicas could go. */
export const leaveProblems = (
  service: ServiceView,
  view: Pick<ClusterView, 'up' | 'partitions'>,
  ids: readonly number[],
): readonly string[] => {
  const members = brokers(service);
  const unknown = ids.filter((id) => members.every((member) => member.id !== id));
  if (unknown.length > 0) {
    const there = members.map(({ id }) => id).join(', ');
    return [`there is no broker ${unknown.join(', ')}: there are ${there}`];
  }
  const staying = members.filter(({ id }) => !ids.includes(id));
  const awayStaying = staying.filter(({ id }) => !view.up.has(id)).map(({ id }) => id);
  const awayLeaving = ids.filter((id) => !view.up.has(id));
  return [
    ...voterProblems(service, ids),
    ...leaving(service, ids),
    ...(awayStaying.length === 0
      ? []
      : [`${brokersText(awayStaying)} not in the cluster: wait until all that stay are back`]),
    ...awayLeaving.map(
      (id) =>
        `broker ${id} is not in the cluster, so it cannot tell what it has: bring it back, or replace it (pod replace broker-${id})`,
    ),
    ...replicationProblems(view, staying.length),
  ];
};

const voterProblems = (service: ServiceView, ids: readonly number[]): readonly string[] => {
  const voters = new Set(controllers(service).map(({ instance }) => instance));
  const combined = brokers(service).filter(({ id, instance }) => ids.includes(id) && voters.has(instance));
  if (combined.length === 0) return [];
  const who = brokersText(combined.map(({ id }) => id));
  return [`${who} votes on the metadata, and the voters stay as they were installed: take another one`];
};

/** A topic cannot have more replicas than there are brokers. */
const replicationProblems = ({ partitions }: Pick<ClusterView, 'partitions'>, staying: number): readonly string[] => {
  const large = partitions.filter(({ replicas }) => replicas.length > staying);
  if (large.length === 0) return [];
  const most = Math.max(...large.map(({ replicas }) => replicas.length));
  const topics = [...new Set(large.map(({ topic }) => topic))];
  const what = `${count(topics.length, 'topic')} (${few(topics)}) with ${most} replicas`;
  return [`${count(staying, 'broker')} would be left, too few for ${what}: add brokers, or lower the replication`];
};
