/** Where the partitions of a topic begin and end. */
import { PackageError, type PackageRequest, type PackageRoute } from '@warder/sdk';
import { listOffsets, OffsetTime, type OffsetResult } from '../client/api/list-offsets.ts';
import { askLeaders, type FromLeaders, type Spot } from './leaders.ts';
import { sorted, topicOf } from './topic.ts';
import { topicName, withCluster, type Cluster } from './ask.ts';

/** Offsets as texts: they may be more than a number holds. -1: no record is that new. */
export type Offsets = readonly Readonly<Record<string, string>>[];

const offsets = (request: PackageRequest): Promise<Offsets> =>
  withCluster(request, async (cluster) => {
    const timestamp = timeOf(request.query['time']);
    const topic = await topicOf(cluster, topicName(request));
    const spots = sorted(topic).map(({ index }) => ({ topic: topic.name, partition: index }));
    const { given, failed } = await offsetsAt(cluster, spots, timestamp);
    if (failed.size > 0) {
      const known = `the offsets of ${topic.name} cannot be read in all partitions`;
      const whys = [...failed].map(([name, why]) => `${name}: ${why}`);
      throw new PackageError('kafka-unavailable', `${known}: ${whys.join('; ')}`, 503);
    }
    return [...given.values()]
      .toSorted((a, b) => a.partition - b.partition)
      .map((each) => ({ [each.partition]: String(each.offset) }));
  });

/** `timestamp`: milliseconds, or an `OffsetTime`. */
export const offsetsAt = (
  cluster: Cluster,
  spots: readonly Spot[],
  timestamp: bigint,
): Promise<FromLeaders<OffsetResult>> =>
  askLeaders(cluster, spots, (node, led) => {
    const byTopic = [...Map.groupBy(led, ({ topic }) => topic)];
    const topics = byTopic.map(([name, those]) => ({ name, partitions: those.map(({ partition }) => partition) }));
    return node.call(listOffsets, { timestamp, topics }, cluster.signal);
  });

const timeOf = (text = '-1'): bigint => {
  if (text === 'last') return OffsetTime.latest;
  if (text === 'first') return OffsetTime.earliest;
  if (/^(-1|-2|\d{1,18})$/.test(text)) return BigInt(text);
  throw new PackageError('input-invalid', `time is "${text}": give last (-1), first (-2) or milliseconds since 1970`);
};

export const topicOffsetRoutes: readonly PackageRoute[] = [
  {
    method: 'GET',
    path: '/topics/{name}/offsets',
    summary: 'The offset of each partition at a time',
    query: { time: 'last (-1), first (-2), or milliseconds since 1970' },
    handle: offsets,
  },
];
