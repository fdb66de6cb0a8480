import type { Api } from '../api.ts';

export type Metadata = {
  readonly brokers: readonly MetadataBroker[];
  readonly clusterId: string | null;
  /** With ZooKeeper the active controller, -1: none. In KRaft any broker: of no use. */
  readonly controllerId: number;
  readonly topics: readonly MetadataTopic[];
};

type MetadataBroker = {
  readonly id: number;
  readonly host: string;
  readonly port: number;
  readonly rack: string | null;
};

export type MetadataTopic = {
  readonly errorCode: number;
  readonly name: string;
  readonly internal: boolean;
  readonly partitions: readonly MetadataPartition[];
};

export type MetadataPartition = {
  readonly errorCode: number;
  readonly index: number;
  /** -1: nobody leads it, it is offline. */
  readonly leader: number;
  readonly leaderEpoch: number;
  /** The first is the preferred leader. */
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
  readonly offline: readonly number[];
};

/** Brokers that are up, and topics: null for all of them, the internal ones included. Creates none. */
export const metadata: Api<{ readonly topics: readonly string[] | null }, Metadata> = {
  name: 'Metadata',
  key: 3,
  min: 4,
  max: 12,
  flexibleFrom: 9,
  write: (to, request, version) => {
    to.structs(request.topics, (name) => {
      if (version >= 10) to.noUuid();
      to.string(name);
    });
    to.boolean(false);
    if (version >= 8 && version <= 10) to.boolean(false);
    if (version >= 8) to.boolean(false);
  },
  read: (from, version) => {
    from.int32();
    const brokers = from.structs(() => ({
      id: from.int32(),
      host: from.string(),
      port: from.int32(),
      rack: from.nullableString(),
    }));
    const clusterId = from.nullableString();
    const controllerId = from.int32();
    const topics = from.structs(() => {
      const errorCode = from.int16();
      const name = from.string();
      if (version >= 10) from.uuid();
      const internal = from.boolean();
      const partitions = from.structs(() => ({
        errorCode: from.int16(),
        index: from.int32(),
        leader: from.int32(),
        leaderEpoch: version >= 7 ? from.int32() : -1,
        replicas: from.values(from.int32),
        isr: from.values(from.int32),
        offline: version >= 5 ? from.values(from.int32) : [],
      }));
      if (version >= 8) from.int32();
      return { errorCode, name, internal, partitions };
    });
    return { brokers, clusterId, controllerId, topics };
  },
};
