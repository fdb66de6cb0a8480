import type { Api } from '../api.ts';

export type ElectionResult = {
  readonly topic: string;
  readonly partition: number;
  readonly errorCode: number;
  readonly errorMessage: string | null;
};

/** Give the leadership of these partitions back to their preferred leaders. Never an unclean election. */
export const electPreferredLeaders: Api<
  {
    readonly topics: readonly { readonly name: string; readonly partitions: readonly number[] }[];
    readonly timeoutMs: number;
  },
  { readonly errorCode: number; readonly results: readonly ElectionResult[] }
> = {
  name: 'ElectLeaders',
  key: 43,
  min: 0,
  max: 2,
  flexibleFrom: 2,
  write: (to, request, version) => {
    if (version >= 1) to.int8(0);
    to.structs(request.topics, (topic) => {
      to.string(topic.name).values(topic.partitions, (index) => to.int32(index));
    });
    to.int32(request.timeoutMs);
  },
  read: (from, version) => {
    from.int32();
    const errorCode = version >= 1 ? from.int16() : 0;
    const topics = from.structs(() => {
      const topic = from.string();
      return from.structs(() => ({
        topic,
        partition: from.int32(),
        errorCode: from.int16(),
        errorMessage: from.nullableString(),
      }));
    });
    return { errorCode, results: topics.flat() };
  },
};
