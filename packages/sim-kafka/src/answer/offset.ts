import type { OffsetResult } from '@warder/kafka/client/api/list-offsets';
import type { Image } from '../model/image.ts';
import type { Asked } from './answer.ts';

type Request = { readonly topics: readonly { readonly name: string; readonly partitions: readonly number[] }[] };

/** UNKNOWN_TOPIC_OR_PARTITION, NOT_LEADER_OR_FOLLOWER. */
const [UNKNOWN, NOT_LEADER] = [3, 6];

/** Where partitions end, for those that it leads by what it knows. */
export function listOffsets(
  { kafka, server }: Asked,
  { partitions }: Image,
  { topics }: Request,
): readonly OffsetResult[] {
  return topics.flatMap(({ name, partitions: indexes }) =>
    indexes.map((index): OffsetResult => {
      const known = partitions.get(`${name}-${index}`);
      const errorCode = known === undefined ? UNKNOWN : known.leader === server.id ? 0 : NOT_LEADER;
      const offset = errorCode === 0 ? BigInt(kafka.replication.logOf(server, `${name}-${index}`).end) : -1n;
      return { topic: name, partition: index, errorCode, offset, timestampMs: -1n };
    }),
  );
}
