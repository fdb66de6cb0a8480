/** What restarts of brokers cost the cluster. */
import type { PackageCode } from '@warder/sdk';
import { patient, withClient } from '../client/client.ts';
import { brokers, reachable } from '../cluster/member.ts';
import { readView } from '../cluster/view.ts';

/** Each leader of a broker that stops is moved away, and comes back when it is in sync again. No replica is moved. */
export const cost: NonNullable<PackageCode['cost']> = async ({ service, restarts, signal }) => {
  const all = brokers(service);
  const ids = new Set(all.filter(({ instance }) => restarts.includes(instance)).map(({ id }) => id));
  if (ids.size === 0 || reachable(all).length === 0) return [];
  return withClient(patient, async (client) => {
    const { seenBy, partitions } = await readView(client, all, signal);
    if (seenBy.length === 0) return [];
    const led = partitions.filter(({ leader, replicas }) => ids.has(leader) && replicas.length > 1).length;
    return [
      { what: 'leaders moved away and back', count: led },
      { what: 'bytes of replicas moved', count: 0 },
    ];
  });
};
