/** Where the partitions of a topic begin and end. */
import { PackageError, type PackageRequest, type PackageRoute } from '@warder/sdk';
import { listOffsets, OffsetTime } from '../client/api/list-offsets.ts';
import { errorText } from '../client/error.ts';
import { allAnswers } from '../cluster/answer.ts';
import { sorted, topicOf } from './topic.ts';
import { topicName, topicsOf, withCluster } from './ask.ts';

/** Offsets as texts: they may be more than a number holds. -1: no record is that new. */
export type Offsets = readonly Readonly<Record<string, string>>[];

const offsets = (request: PackageRequest): Promise<Offsets> =>
  withCluster(request, async (cluster) => {
    const timestamp = timeOf(request.query['time']);
    const topic = await topicOf(cluster, topicName(request));
    const { brokers } = await topicsOf(cluster, []);
    const led = [...Map.groupBy(sorted(topic), (partition) => partition.leader)];
    const { given, failed } = await allAnswers(led, async ([leader, partitions]) => {
      const broker = brokers.find((each) => each.id === leader);
      const numbers = partitions.map((each) => each.index);
      if (broker === undefined) throw new Error(`no leader for ${numbers.join(', ')}`);
      const topics = [{ name: topic.name, partitions: numbers }];
      return cluster.client.node(broker).call(listOffsets, { timestamp, topics }, cluster.signal);
    });
    const results = given.flatMap(({ answer }) => answer);
    const refused = results.filter((each) => each.errorCode !== 0);
    const whys = [
      ...failed.map(({ why }) => why),
      ...refused.map((each) => `${each.partition}: ${errorText(each.errorCode, null)}`),
    ];
    if (whys.length > 0) {
      const known = `the offsets of ${topic.name} cannot be read in all partitions`;
      throw new PackageError('kafka-unavailable', `${known}: ${whys.join('; ')}`, 503);
    }
    return results
      .toSorted((a, b) => a.partition - b.partition)
      .map((each) => ({ [each.partition]: String(each.offset) }));
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
