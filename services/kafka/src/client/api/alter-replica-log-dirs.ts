import type { Api } from '../api.ts';

export type DirAssignment = {
  readonly path: string;
  readonly topics: readonly { readonly name: string; readonly partitions: readonly number[] }[];
};

export type DirResult = { readonly topic: string; readonly partition: number; readonly errorCode: number };

/**
 * Tells the asked broker in which of its log dirs to have these partitions: it copies them there and then changes over.
 * The dir that one is in already ends a copy that has begun.
 */
export const alterReplicaLogDirs: Api<{ readonly dirs: readonly DirAssignment[] }, readonly DirResult[]> = {
  name: 'AlterReplicaLogDirs',
  key: 34,
  min: 1,
  max: 2,
  flexibleFrom: 2,
  write: (to, request) => {
    to.structs(request.dirs, (dir) => {
      to.string(dir.path);
      to.structs(dir.topics, (topic) => {
        to.string(topic.name).values(topic.partitions, (index) => to.int32(index));
      });
    });
  },
  read: (from) => {
    from.int32();
    const topics = from.structs(() => {
      const topic = from.string();
      return from.structs(() => ({ topic, partition: from.int32(), errorCode: from.int16() }));
    });
    return topics.flat();
  },
};
