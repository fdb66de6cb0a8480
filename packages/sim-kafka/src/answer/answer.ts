/** What a process answers to each question that the package asks. */
import type { Features } from '@warder/kafka/client/api/describe-features';
import type { LogDir } from '@warder/kafka/client/api/describe-log-dirs';
import type { Quorum } from '@warder/kafka/client/api/describe-quorum';
import type { Cluster } from '@warder/kafka/client/api/describe-cluster';
import type { Metadata } from '@warder/kafka/client/api/metadata';
import { nameOf } from '../model/image.ts';
import type { Image } from '../model/image.ts';
import type { Kafka } from '../model/kafka.ts';
import { rangesOf, tellsFenced } from '../model/release.ts';
import { RECORD_BYTES } from '../model/replication.ts';
import type { Server } from '../model/server.ts';
import { alterConfigs, describeConfigs } from './config.ts';
import { electLeaders } from './elect.ts';
import { updateFeatures } from './feature.ts';
import { listOffsets } from './offset.ts';
import { alterReassignments, listReassignments } from './reassign.ts';
import { unregisterBroker } from './unregister.ts';

/** Who is asked, by which of its doors. */
export type Asked = { readonly kafka: Kafka; readonly server: Server; readonly isQuorum: boolean };

type Handler = (asked: Asked, image: Image, request: never) => unknown;

/** NOT_LEADER_OR_FOLLOWER, UNKNOWN_TOPIC_OR_PARTITION. */
const NOT_LEADER = 6;

const handlers: Readonly<Record<string, Handler>> = {
  AlterPartitionReassignments: alterReassignments,
  ApiVersions: describeFeatures,
  DescribeCluster: describeCluster,
  DescribeConfigs: describeConfigs,
  DescribeLogDirs: describeLogDirs,
  DescribeQuorum: describeQuorum,
  ElectLeaders: electLeaders,
  IncrementalAlterConfigs: alterConfigs,
  ListOffsets: listOffsets,
  ListPartitionReassignments: listReassignments,
  Metadata: metadata,
  UnregisterBroker: unregisterBroker,
  UpdateFeatures: updateFeatures,
};

/** Never settles for who is not ready to answer. */
export async function answerOf(asked: Asked, api: string, request: unknown): Promise<unknown> {
  const { kafka, server, isQuorum } = asked;
  const handler = handlers[api];
  if (handler === undefined) throw new Error(`the model answers no ${api}`);
  const image = isQuorum ? kafka.quorum.imageOf(server.id) : server.view;
  if (image === undefined) return new Promise(() => {});
  return handler(asked, image, request as never);
}

function describeFeatures({ server: { launched } }: Asked, image: Image): Features {
  const supported = Object.entries(rangesOf(launched.version)).map(
    ([name, [min, max]]) => [name, { min, max }] as const,
  );
  return { errorCode: 0, supported: new Map(supported), finalised: image.features };
}

function describeCluster({ server: { launched } }: Asked, { brokers }: Image): Cluster {
  const all = [...brokers.values()].filter(({ fenced }) => tellsFenced(launched.version) || !fenced);
  const nodes = all.map(({ id, host, port, rack, fenced }) => ({ id, host, port, rack, fenced }));
  return { errorCode: 0, errorMessage: null, clusterId: launched.clusterId, nodes };
}

function metadata(
  { kafka, server: { launched, id } }: Asked,
  image: Image,
  { topics }: { readonly topics: readonly string[] | null },
): Metadata {
  const brokers = [...image.brokers.values()].filter(({ fenced }) => !fenced);
  const wanted = [...image.topics].filter(([name]) => topics === null || topics.includes(name));
  return {
    brokers: brokers.map(({ id: broker, host, port, rack }) => ({ id: broker, host, port, rack })),
    clusterId: launched.clusterId,
    controllerId: kafka.isKraft ? id : (kafka.quorum.leader ?? -1),
    topics: wanted.map(([name, { internal }]) => ({
      errorCode: 0,
      name,
      internal,
      partitions: [...image.partitions.values()]
        .filter(({ topic }) => topic === name)
        .map(({ index, leader, epoch, replicas, isr }) => ({
          errorCode: leader < 0 ? 5 : 0,
          index,
          leader,
          leaderEpoch: epoch,
          replicas,
          isr,
          offline: replicas.filter((replica) => image.brokers.get(replica)?.fenced !== false),
        })),
    })),
  };
}

/** Only the leader knows; brokers pass the question on, and have nobody to pass it to while there is none. */
function describeQuorum({ kafka, server, isQuorum }: Asked): Quorum | Promise<Quorum> {
  const { options } = kafka;
  const quorum = kafka.controllers;
  const none = { leader: -1, epoch: quorum.epoch, highWatermark: -1n, voters: [], observers: [] };
  if (isQuorum && quorum.leader !== server.id) return { ...none, errorCode: NOT_LEADER };
  if (!quorum.leads) return isQuorum ? { ...none, errorCode: NOT_LEADER } : new Promise(() => {});
  const nowMs = options.clock.now();
  return {
    errorCode: 0,
    leader: quorum.leader ?? -1,
    epoch: quorum.epoch,
    highWatermark: BigInt(quorum.highWatermark),
    voters: [...quorum.voters.values()].map(({ id, disk, caughtUpMs }) => ({
      id,
      endOffset: BigInt(disk.offset),
      caughtUpMs: id === quorum.leader ? nowMs : caughtUpMs,
    })),
    observers: [...kafka.servers.values()].flatMap((each) =>
      isObserver(each) && kafka.isWell(each) ? [{ id: each.id, endOffset: 0n, caughtUpMs: nowMs }] : [],
    ),
  };
}

const isObserver = ({ launched, phase }: Server): boolean =>
  launched.isBroker && launched.speaks !== 'zookeeper' && (phase === 'serving' || phase === 'fenced');

type Wanted = { readonly topics: readonly { readonly name: string; readonly partitions: readonly number[] }[] | null };

function describeLogDirs(
  { kafka, server }: Asked,
  image: Image,
  { topics }: Wanted,
): { readonly errorCode: number; readonly dirs: readonly LogDir[] } {
  const mine = [...image.partitions.values()].filter(
    ({ topic, index, replicas }) =>
      replicas.includes(server.id) &&
      (topics === null || topics.some(({ name, partitions }) => name === topic && partitions.includes(index))),
  );
  const replicas = mine.map((partition) => {
    const leader = kafka.serverOf(partition.leader, image);
    const own = kafka.replication.logOf(server, nameOf(partition));
    const end = leader === undefined ? own.end : kafka.replication.logOf(leader, nameOf(partition)).end;
    const { topic, index } = partition;
    return {
      topic,
      partition: index,
      sizeBytes: BigInt(own.end * RECORD_BYTES),
      lag: BigInt(Math.max(0, end - own.end)),
      future: false,
    };
  });
  return {
    errorCode: 0,
    dirs: [{ errorCode: 0, path: 'kafka-data/storage', replicas, totalBytes: -1n, usableBytes: -1n, cordoned: false }],
  };
}
