import type { Api } from '../api.ts';

export type ElectionResult = {
  readonly topic: string;
  readonly partition: number;
  readonly errorCode: number;
  readonly errorMessage: string | null;
};

type Election = {
  readonly topics: readonly { readonly name: string; readonly partitions: readonly number[] }[];
  readonly timeoutMs: number;
};

type Elected = { readonly errorCode: number; readonly results: readonly ElectionResult[] };

const election = (kind: 0 | 1, min: number): Api<Election, Elected> => ({
  name: 'ElectLeaders',
  key: 43,
  min,
  max: 2,
  flexibleFrom: 2,
  write: (to, request, version) => {
    if (version >= 1) to.int8(kind);
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
});

/** Give the leadership of these partitions back to their preferred leaders. Never an unclean election. */
export const electPreferredLeaders = election(0, 0);

/** Let a replica lead that was not in sync: what only the others had is lost. The first version knows no such thing. */
export const electUncleanLeaders = election(1, 1);
