import type { Api } from '../api.ts';

/** Special times. Any other is a time in milliseconds: the first record that is not older. */
export const OffsetTime = { latest: -1n, earliest: -2n } as const;

export type OffsetResult = {
  readonly topic: string;
  readonly partition: number;
  readonly errorCode: number;
  /** -1: no record is that new. */
  readonly offset: bigint;
  /** Of the record there, when a time was asked for; else -1. */
  readonly timestampMs: bigint;
};

/** Each partition is asked of its leader. */
export const listOffsets: Api<
  {
    readonly timestamp: bigint;
    readonly topics: readonly { readonly name: string; readonly partitions: readonly number[] }[];
  },
  readonly OffsetResult[]
> = {
  name: 'ListOffsets',
  key: 2,
  min: 1,
  max: 9,
  flexibleFrom: 6,
  write: (to, request, version) => {
    to.int32(-1);
    // What every consumer sees, committed or not.
    if (version >= 2) to.int8(0);
    to.structs(request.topics, (topic) => {
      to.string(topic.name).structs(topic.partitions, (index) => {
        to.int32(index);
        if (version >= 4) to.int32(-1);
        to.int64(request.timestamp);
      });
    });
  },
  read: (from, version) => {
    if (version >= 2) from.int32();
    const topics = from.structs(() => {
      const topic = from.string();
      return from.structs(() => {
        const partition = from.int32();
        const errorCode = from.int16();
        const timestampMs = from.int64();
        const offset = from.int64();
        if (version >= 4) from.int32();
        return { topic, partition, errorCode, offset, timestampMs };
      });
    });
    return topics.flat();
  },
};
