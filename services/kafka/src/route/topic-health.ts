/** Partitions that lack copies, or a leader. */
import type { PackageRequest, PackageRoute } from '@warder/sdk';
import type { MetadataPartition } from '../client/api/metadata.ts';
import { topicsOf, withCluster } from './ask.ts';
import { sorted } from './topic.ts';

export type PartitionList = {
  /** One line each; empty: none. */
  readonly message: string;
  readonly partitions: readonly {
    readonly topic: string;
    readonly partition: number;
    readonly leader: number;
    readonly replicas: readonly number[];
    readonly isr: readonly number[];
  }[];
};

const those =
  (wanted: (partition: MetadataPartition) => boolean) =>
  (request: PackageRequest): Promise<PartitionList> =>
    withCluster(request, async (cluster) => {
      const { topics } = await topicsOf(cluster, null);
      const partitions = topics
        .toSorted((a, b) => (a.name < b.name ? -1 : 1))
        .flatMap((topic) =>
          sorted(topic)
            .filter(wanted)
            .map(({ index, leader, replicas, isr }) => ({
              topic: topic.name,
              partition: index,
              leader,
              replicas,
              isr,
            })),
        );
      const line = (each: PartitionList['partitions'][number]): string =>
        `Topic: ${each.topic} Partition: ${each.partition} Leader: ${each.leader < 0 ? 'none' : each.leader} ` +
        `Replicas: ${each.replicas.join(',')} Isr: ${each.isr.join(',')}`;
      return { message: partitions.map(line).join('\n'), partitions };
    });

export const topicHealthRoutes: readonly PackageRoute[] = [
  {
    method: 'GET',
    path: '/topics/under_replicated_partitions',
    summary: 'Partitions with fewer replicas in sync than they should have',
    handle: those((partition) => partition.isr.length < partition.replicas.length),
  },
  {
    method: 'GET',
    path: '/topics/unavailable_partitions',
    summary: 'Partitions without a leader',
    handle: those((partition) => partition.leader < 0),
  },
];
