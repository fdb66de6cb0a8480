/** Brokers, as the cluster knows them. */
import { PackageError, type PackageRequest, type PackageRoute, type ServiceView } from '@warder/sdk';
import { describeCluster, type ClusterNode } from '../client/api/describe-cluster.ts';
import { describeLogDirs } from '../client/api/describe-log-dirs.ts';
import { describeQuorum } from '../client/api/describe-quorum.ts';
import { errorName } from '../client/error.ts';
import type { Metadata, MetadataPartition } from '../client/api/metadata.ts';
import { brokersPassOn, usesZooKeeper } from '../metadata.ts';
import { demand, topicsOf, withCluster, type Cluster } from './ask.ts';

export type BrokerSummary = {
  readonly id: number;
  readonly host: string;
  readonly port: number;
  readonly rack: string | null;
  readonly fenced: boolean;
  /** It is the active controller; only with combined brokers, or with ZooKeeper. */
  readonly controller: boolean;
  readonly leaders: number;
  readonly replicas: number;
  readonly outOfSync: number;
  /** Replicas that cannot be used though the broker is up: a log dir of it has failed. */
  readonly offline: number;
};

export type BrokerDetail = BrokerSummary & {
  readonly endpoints: readonly string[];
  /** Bytes as texts: they may be more than a number holds. */
  readonly logDirs: readonly {
    readonly path: string;
    readonly error: string | null;
    readonly sizeBytes: string;
    readonly totalBytes: string;
    readonly usableBytes: string;
  }[];
};

const list = (request: PackageRequest): Promise<readonly string[] | readonly BrokerSummary[]> =>
  withCluster(request, async (cluster) => {
    const summaries = await summariesOf(request, cluster);
    return request.query['detail'] === 'true' ? summaries : summaries.map((each) => String(each.id));
  });

const get = (request: PackageRequest): Promise<BrokerDetail> =>
  withCluster(request, async (cluster) => {
    const id = request.params['id'] ?? '';
    const summary = (await summariesOf(request, cluster)).find((each) => String(each.id) === id);
    if (summary === undefined) throw new PackageError('broker-unknown', `no broker ${id} is registered`, 404);
    return {
      ...summary,
      endpoints: [`PLAINTEXT://${summary.host}:${summary.port}`],
      logDirs: await logDirs(cluster, summary),
    };
  });

const summariesOf = async ({ service }: PackageRequest, cluster: Cluster): Promise<readonly BrokerSummary[]> => {
  const [described, all] = await Promise.all([
    cluster.node.call(describeCluster, { endpoints: 'brokers' }, cluster.signal),
    topicsOf(cluster, null),
  ]);
  demand('the brokers', described);
  const leader = await leaderOf(service, cluster, all);
  return described.nodes.map((node) => summary(node, leader, all)).toSorted((a, b) => a.id - b.id);
};

/** While metadata moves to controllers of their own, brokers name any of themselves. */
const leaderOf = async (service: ServiceView, cluster: Cluster, { controllerId }: Metadata): Promise<number> => {
  if (usesZooKeeper(service)) return brokersPassOn(service) ? -1 : controllerId;
  return (await cluster.node.call(describeQuorum, null, cluster.signal)).leader;
};

const summary = (node: ClusterNode, leader: number, { topics }: Metadata): BrokerSummary => {
  const partitions = topics.flatMap((topic) => topic.partitions);
  const count = (where: (partition: MetadataPartition) => boolean): number => partitions.filter(where).length;
  return {
    id: node.id,
    host: node.host,
    port: node.port,
    rack: node.rack,
    fenced: node.fenced,
    controller: node.id === leader,
    leaders: count((each) => each.leader === node.id),
    replicas: count((each) => each.replicas.includes(node.id)),
    outOfSync: count((each) => each.replicas.includes(node.id) && !each.isr.includes(node.id)),
    offline: node.fenced ? 0 : count((each) => each.offline.includes(node.id)),
  };
};

/** A broker that does not tell is a broker all the same. */
const logDirs = async (
  { client, signal }: Cluster,
  { host, port, fenced }: BrokerSummary,
): Promise<BrokerDetail['logDirs']> => {
  if (fenced) return [];
  const { dirs } = await client.node({ host, port }).call(describeLogDirs, { topics: null }, signal);
  return dirs.map((dir) => ({
    path: dir.path,
    error: dir.errorCode === 0 ? null : errorName(dir.errorCode),
    sizeBytes: String(dir.replicas.reduce((sum, each) => sum + each.sizeBytes, 0n)),
    totalBytes: String(dir.totalBytes),
    usableBytes: String(dir.usableBytes),
  }));
};

export const brokerRoutes: readonly PackageRoute[] = [
  {
    method: 'GET',
    path: '/brokers',
    summary: 'Ids of the registered brokers',
    query: { detail: 'true: what is known of each, instead of its id' },
    handle: list,
  },
  { method: 'GET', path: '/brokers/{id}', summary: 'One broker, with what it keeps on its disks', handle: get },
];
