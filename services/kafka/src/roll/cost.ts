/** What restarts and replacements of brokers cost the cluster. */
import type { PackageCode } from '@warder/sdk';
import { patient, withClient } from '../client/client.ts';
import { brokers, reachable } from '../cluster/member.ts';
import { readView } from '../cluster/view.ts';
import type { Model } from '../balance/model.ts';
import { modelOf } from '../model/model.ts';
import { readCluster } from '../model/read.ts';

/**
 * Each leader of a broker that stops is moved away, and comes back when it is in sync again. Records are copied only to a
 * broker that starts empty: all of its replicas.
 */
export const cost: NonNullable<PackageCode['cost']> = async ({ service, restarts, replaced, signal }) => {
  const all = brokers(service);
  const idsOf = (names: readonly string[]): ReadonlySet<number> =>
    new Set(all.filter(({ instance }) => names.includes(instance)).map(({ id }) => id));
  const [stopped, emptied] = [idsOf(restarts), idsOf(replaced)];
  if (stopped.size + emptied.size === 0 || reachable(all).length === 0) return [];
  return withClient(patient, async (client) => {
    const { seenBy, partitions } = await readView(client, all, signal);
    if (seenBy.length === 0) return [];
    const led = partitions.filter(({ leader, replicas }) => stopped.has(leader) && replicas.length > 1).length;
    const copied =
      emptied.size === 0 ? 0 : bytesOf(modelOf(service, await readCluster(client, service, signal)), emptied);
    return [
      { what: 'leaders moved away and back', count: led },
      { what: 'bytes of replicas moved', count: copied },
    ];
  });
};

const bytesOf = ({ partitions }: Pick<Model, 'partitions'>, ids: ReadonlySet<number>): number =>
  partitions.reduce(
    (sum, { replicas, sizeBytes = 0 }) => sum + sizeBytes * replicas.filter((id) => ids.has(id)).length,
    0,
  );
