import type { Api } from '../api.ts';

export type FetchFrom = { readonly topic: string; readonly partition: number; readonly offset: bigint };

export type Fetched = {
  readonly topic: string;
  readonly partition: number;
  readonly errorCode: number;
  /** Whole batches, the last of which may be cut off; the first holds the offset that was asked for, or a later one. */
  readonly records: Buffer;
};

/** What lies at some offsets, each asked of its leader. Does not wait for records that are not there yet. */
export const fetchRecords: Api<
  { readonly from: readonly FetchFrom[]; readonly bytesEach: number; readonly bytesMax: number },
  { readonly errorCode: number; readonly partitions: readonly Fetched[] }
> = {
  name: 'Fetch',
  key: 1,
  min: 4,
  // Later ones know topics by their ids.
  max: 12,
  flexibleFrom: 12,
  write: (to, request, version) => {
    to.int32(-1).int32(0).int32(1).int32(request.bytesMax).int8(0);
    if (version >= 7) to.int32(0).int32(-1);
    const topics = [...Map.groupBy(request.from, ({ topic }) => topic)];
    to.structs(topics, ([topic, partitions]) => {
      to.string(topic).structs(partitions, ({ partition, offset }) => {
        to.int32(partition);
        if (version >= 9) to.int32(-1);
        to.int64(offset);
        if (version >= 12) to.int32(-1);
        if (version >= 5) to.int64(-1n);
        to.int32(request.bytesEach);
      });
    });
    if (version >= 7) to.structs([], () => undefined);
    if (version >= 11) to.string('');
  },
  read: (from, version) => {
    from.int32();
    const errorCode = version >= 7 ? from.int16() : 0;
    if (version >= 7) from.int32();
    const topics = from.structs(() => {
      const topic = from.string();
      return from.structs(() => {
        const partition = from.int32();
        const partitionError = from.int16();
        from.int64();
        from.int64();
        if (version >= 5) from.int64();
        from.structs(() => [from.int64(), from.int64()]);
        if (version >= 11) from.int32();
        return { topic, partition, errorCode: partitionError, records: from.bytes() };
      });
    });
    return { errorCode, partitions: topics.flat() };
  },
};
