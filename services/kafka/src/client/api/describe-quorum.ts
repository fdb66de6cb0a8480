import type { Api } from '../api.ts';

export type Quorum = {
  readonly errorCode: number;
  /** -1: no leader now. */
  readonly leader: number;
  readonly epoch: number;
  readonly highWatermark: bigint;
  readonly voters: readonly QuorumReplica[];
  /** Brokers, and controllers that do not vote. */
  readonly observers: readonly QuorumReplica[];
};

type QuorumReplica = {
  readonly id: number;
  readonly endOffset: bigint;
  /** When the leader last knew it to have everything; -1 unknown. The leader's clock. */
  readonly caughtUpMs: number;
};

/** The state of the metadata quorum, as its leader sees it; any broker and any controller passes the question on. */
export const describeQuorum: Api<null, Quorum> = {
  name: 'DescribeQuorum',
  key: 55,
  min: 0,
  max: 2,
  flexibleFrom: 0,
  write: (to) => {
    to.structs(['__cluster_metadata'], (topic) => {
      to.string(topic).structs([0], (partition) => to.int32(partition));
    });
  },
  read: (from, version) => {
    const replica = (): QuorumReplica => {
      const id = from.int32();
      if (version >= 2) from.uuid();
      const endOffset = from.int64();
      if (version >= 1) from.int64();
      return { id, endOffset, caughtUpMs: version >= 1 ? Number(from.int64()) : -1 };
    };
    const errorCode = from.int16();
    if (version >= 2) from.nullableString();
    const [topic] = from.structs(() => {
      from.string();
      return from.structs(() => {
        from.int32();
        const partitionError = from.int16();
        if (version >= 2) from.nullableString();
        return {
          errorCode: partitionError,
          leader: from.int32(),
          epoch: from.int32(),
          highWatermark: from.int64(),
          voters: from.structs(replica),
          observers: from.structs(replica),
        };
      });
    });
    const quorum = topic?.[0];
    const none = { leader: -1, epoch: -1, highWatermark: -1n, voters: [], observers: [] };
    return { ...(quorum ?? none), errorCode: errorCode === 0 ? (quorum?.errorCode ?? 0) : errorCode };
  },
};
