import type { Api } from '../api.ts';

export type LogDir = {
  /** 56 (KAFKA_STORAGE_ERROR): the directory failed. */
  readonly errorCode: number;
  readonly path: string;
  readonly replicas: readonly LogReplica[];
  /** Of the file system; -1 unknown (before 3.3). */
  readonly totalBytes: bigint;
  readonly usableBytes: bigint;
  /** Nothing new is put there. Known from version 5 on (4.3), as it can be so from then on. */
  readonly cordoned: boolean;
};

export type LogReplica = {
  readonly topic: string;
  readonly partition: number;
  readonly sizeBytes: bigint;
  /** How many records it lacks. */
  readonly lag: bigint;
  /** Being moved here from another directory of the same broker. */
  readonly future: boolean;
};

/** What the asked broker keeps on its disks. `topics` null: everything. */
export const describeLogDirs: Api<
  {
    readonly topics: readonly { readonly name: string; readonly partitions: readonly number[] }[] | null;
  },
  { readonly errorCode: number; readonly dirs: readonly LogDir[] }
> = {
  name: 'DescribeLogDirs',
  key: 35,
  min: 1,
  max: 5,
  flexibleFrom: 2,
  write: (to, request) => {
    to.structs(request.topics, (topic) => {
      to.string(topic.name).values(topic.partitions, (index) => to.int32(index));
    });
  },
  read: (from, version) => {
    from.int32();
    const errorCode = version >= 3 ? from.int16() : 0;
    const dirs = from.structs(() => {
      const dirError = from.int16();
      const path = from.string();
      const topics = from.structs(() => {
        const topic = from.string();
        return from.structs(() => ({
          topic,
          partition: from.int32(),
          sizeBytes: from.int64(),
          lag: from.int64(),
          future: from.boolean(),
        }));
      });
      const sizes =
        version >= 4 ? { totalBytes: from.int64(), usableBytes: from.int64() } : { totalBytes: -1n, usableBytes: -1n };
      const cordoned = version >= 5 ? from.boolean() : false;
      return { errorCode: dirError, path, replicas: topics.flat(), ...sizes, cordoned };
    });
    return { errorCode, dirs };
  },
};
