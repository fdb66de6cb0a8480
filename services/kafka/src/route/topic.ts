/** Topics: made, looked at, grown and deleted. */
import { setTimeout as sleep } from 'node:timers/promises';
import { PackageError, type PackageRequest, type PackageRoute } from '@warder/sdk';
import { createPartitions } from '../client/api/create-partitions.ts';
import { createTopics } from '../client/api/create-topics.ts';
import { deleteTopics } from '../client/api/delete-topics.ts';
import { ConfigSource, describeConfigs } from '../client/api/describe-configs.ts';
import type { MetadataPartition, MetadataTopic } from '../client/api/metadata.ts';
import { ErrorCode } from '../client/error.ts';
import { demand, demandOwn, topicName, topicsOf, wholeNumber, withCluster, type Cluster } from './ask.ts';

/** How long Kafka may take for a change of topics. */
const changeMs = 15_000;

/** How long a change may take to be seen by the broker that was asked. */
const settleMs = 5000;

export type Done = { readonly message: string };

export type TopicDetail = {
  readonly name: string;
  readonly internal: boolean;
  /** One entry for each, by its number. */
  readonly partitions: readonly Readonly<Record<string, PartitionDetail>>[];
  /** Settings of its own. */
  readonly configs: Readonly<Record<string, string | null>>;
};

export type PartitionDetail = {
  readonly leader: number;
  readonly leader_epoch: number;
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
  readonly offline: readonly number[];
};

const list = (request: PackageRequest): Promise<readonly string[]> =>
  withCluster(request, async (cluster) => {
    const { topics } = await topicsOf(cluster, null);
    return topics.map((topic) => topic.name).toSorted();
  });

const describe = (request: PackageRequest): Promise<TopicDetail> =>
  withCluster(request, async (cluster) => {
    const topic = await topicOf(cluster, topicName(request));
    const resources = [{ type: 'topic', name: topic.name, keys: null } as const];
    const [configs] = await cluster.node.call(describeConfigs, { resources }, cluster.signal);
    const own = configs?.entries.filter((entry) => entry.source === ConfigSource.topic) ?? [];
    return {
      name: topic.name,
      internal: topic.internal,
      partitions: sorted(topic).map((partition) => ({ [partition.index]: detail(partition) })),
      configs: Object.fromEntries(own.map((entry) => [entry.name, entry.value])),
    };
  });

const detail = ({ leader, leaderEpoch, replicas, isr, offline }: MetadataPartition): PartitionDetail => ({
  leader,
  leader_epoch: leaderEpoch,
  replicas,
  isr,
  offline,
});

export const sorted = (topic: MetadataTopic): readonly MetadataPartition[] =>
  topic.partitions.toSorted((a, b) => a.index - b.index);

/** Throws when there is no such topic. */
export const topicOf = async (cluster: Cluster, name: string): Promise<MetadataTopic> => {
  const { topics } = await topicsOf(cluster, [name]);
  const topic = topics[0];
  if (topic === undefined) throw new PackageError('topic-unknown', `there is no topic ${name}`, 404);
  demand(`topic ${name}`, topic);
  return topic;
};

const create = (request: PackageRequest): Promise<Done> =>
  withCluster(request, async (cluster) => {
    const name = topicName(request);
    const partitions = wholeNumber(request, 'partitions', { min: 1, max: 10_000, otherwise: -1 });
    const replication = wholeNumber(request, 'replication', { min: 1, max: 100, otherwise: -1 });
    const topics = [{ name, partitions, replication, configs: {} }];
    const controller = await cluster.controller();
    const [result] = await controller.call(createTopics, { topics, timeoutMs: changeMs }, cluster.signal);
    if (result) demand(`topic ${name} was not created`, result);
    await until(cluster, name, (topic) => topic.errorCode === 0 && topic.partitions.every((each) => each.leader >= 0));
    return { message: `topic ${name} created` };
  });

const remove = (request: PackageRequest): Promise<Done> =>
  withCluster(request, async (cluster) => {
    const name = topicName(request);
    demandOwn(name);
    const controller = await cluster.controller();
    const [result] = await controller.call(deleteTopics, { names: [name], timeoutMs: changeMs }, cluster.signal);
    if (result) demand(`topic ${name} was not deleted`, result);
    await until(cluster, name, (topic) => topic.errorCode === ErrorCode.unknownTopic);
    return { message: `topic ${name} deleted` };
  });

const grow = (request: PackageRequest): Promise<Done> =>
  withCluster(request, async (cluster) => {
    const name = topicName(request);
    demandOwn(name);
    const count = wholeNumber(request, 'partitions', { min: 1, max: 10_000 });
    const present = (await topicOf(cluster, name)).partitions.length;
    if (count <= present) {
      const why = `it has ${present} already, and partitions cannot be taken away`;
      throw new PackageError('topic-partitions', `topic ${name} cannot have ${count} partitions: ${why}`);
    }
    const topics = [{ name, count }];
    const controller = await cluster.controller();
    const [result] = await controller.call(createPartitions, { topics, timeoutMs: changeMs }, cluster.signal);
    if (result) demand(`topic ${name} was not changed`, result);
    await until(cluster, name, (topic) => topic.partitions.length === count);
    return { message: `topic ${name} has ${count} partitions now, ${present} before` };
  });

/** The change was made; that the next question sees it too is a courtesy. */
const until = async (cluster: Cluster, name: string, seen: (topic: MetadataTopic) => boolean): Promise<void> => {
  const deadline = performance.now() + settleMs;
  while (performance.now() < deadline) {
    const { topics } = await topicsOf(cluster, [name]);
    if (topics[0] !== undefined && seen(topics[0])) return;
    await sleep(50, undefined, { signal: cluster.signal });
  }
};

export const topicRoutes: readonly PackageRoute[] = [
  { method: 'GET', path: '/topics', summary: 'Names of all topics', handle: list },
  { method: 'GET', path: '/topics/{name}', summary: 'Partitions and settings of a topic', handle: describe },
  {
    method: 'PUT',
    path: '/topics/{name}',
    summary: 'Create a topic',
    query: { partitions: 'how many; the default of the cluster if absent', replication: 'copies of each; likewise' },
    handle: create,
  },
  { method: 'DELETE', path: '/topics/{name}', summary: 'Delete a topic and its records', handle: remove },
  {
    method: 'PUT',
    path: '/topics/{name}/operation/partitions',
    summary: 'Give a topic more partitions',
    query: { partitions: 'how many it shall have then' },
    handle: grow,
  },
];
