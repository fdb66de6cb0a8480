import type { Api } from '../api.ts';

export type Reassign = {
  readonly index: number;
  /** In full, the preferred leader first. Null: what is under way is given up. */
  readonly replicas: readonly number[] | null;
};

export type Reassigned = {
  readonly errorCode: number;
  readonly errorMessage: string | null;
  readonly results: readonly {
    readonly topic: string;
    readonly partition: number;
    readonly errorCode: number;
    readonly errorMessage: string | null;
  }[];
};

/** Other replicas for these partitions. From version 1 on (4.1) their number cannot be changed by mistake. */
export const alterPartitionReassignments: Api<
  {
    readonly topics: readonly { readonly name: string; readonly partitions: readonly Reassign[] }[];
    readonly timeoutMs: number;
    /** Another number of replicas is meant. */
    readonly otherNumber?: boolean;
  },
  Reassigned
> = {
  name: 'AlterPartitionReassignments',
  key: 45,
  min: 0,
  max: 1,
  flexibleFrom: 0,
  write: (to, request, version) => {
    to.int32(request.timeoutMs);
    if (version >= 1) to.boolean(request.otherNumber === true);
    to.structs(request.topics, (topic) => {
      to.string(topic.name).structs(topic.partitions, ({ index, replicas }) => {
        to.int32(index).values(replicas, (id) => to.int32(id));
      });
    });
  },
  read: (from, version) => {
    from.int32();
    if (version >= 1) from.boolean();
    const errorCode = from.int16();
    const errorMessage = from.nullableString();
    const topics = from.structs(() => {
      const topic = from.string();
      return from.structs(() => ({
        topic,
        partition: from.int32(),
        errorCode: from.int16(),
        errorMessage: from.nullableString(),
      }));
    });
    return { errorCode, errorMessage, results: topics.flat() };
  },
};
