import type { Api } from '../api.ts';

export type Reassignment = {
  readonly topic: string;
  readonly partition: number;
  readonly replicas: readonly number[];
  readonly adding: readonly number[];
  readonly removing: readonly number[];
};

export type Reassignments = {
  readonly errorCode: number;
  readonly errorMessage: string | null;
  readonly reassignments: readonly Reassignment[];
};

/** Every partition that is being moved now. */
export const listPartitionReassignments: Api<{ readonly timeoutMs: number }, Reassignments> = {
  name: 'ListPartitionReassignments',
  key: 46,
  min: 0,
  max: 0,
  flexibleFrom: 0,
  write: (to, request) => {
    to.int32(request.timeoutMs).structs(null, () => undefined);
  },
  read: (from) => {
    from.int32();
    const errorCode = from.int16();
    const errorMessage = from.nullableString();
    const topics = from.structs(() => {
      const topic = from.string();
      return from.structs(() => ({
        topic,
        partition: from.int32(),
        replicas: from.values(from.int32),
        adding: from.values(from.int32),
        removing: from.values(from.int32),
      }));
    });
    return { errorCode, errorMessage, reassignments: topics.flat() };
  },
};
