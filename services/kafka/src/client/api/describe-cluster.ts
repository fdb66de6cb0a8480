import type { Api } from '../api.ts';

/** `controllers` can be asked on a controller's listener only, `brokers` on a broker's. */
export type EndpointType = 'brokers' | 'controllers';

export type Cluster = {
  readonly errorCode: number;
  readonly errorMessage: string | null;
  readonly clusterId: string;
  readonly nodes: readonly ClusterNode[];
};

export type ClusterNode = {
  readonly id: number;
  readonly host: string;
  readonly port: number;
  readonly rack: string | null;
  /** Registered but not (yet) allowed to serve. Known from version 2 on (4.0); older answers leave such out. */
  readonly fenced: boolean;
};

export const describeCluster: Api<{ readonly endpoints: EndpointType }, Cluster> = {
  name: 'DescribeCluster',
  key: 60,
  min: 0,
  max: 2,
  flexibleFrom: 0,
  write: (to, request, version) => {
    to.boolean(false);
    if (version >= 1) to.int8(request.endpoints === 'brokers' ? 1 : 2);
    if (version >= 2) to.boolean(request.endpoints === 'brokers');
  },
  read: (from, version) => {
    from.int32();
    const errorCode = from.int16();
    const errorMessage = from.nullableString();
    if (version >= 1) from.int8();
    const clusterId = from.string();
    from.int32();
    const nodes = from.structs(() => ({
      id: from.int32(),
      host: from.string(),
      port: from.int32(),
      rack: from.nullableString(),
      fenced: version >= 2 ? from.boolean() : false,
    }));
    return { errorCode, errorMessage, clusterId, nodes };
  },
};
