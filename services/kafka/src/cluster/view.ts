/** The cluster as two of its brokers see it: where they differ, the worse counts. */
import { describeCluster, type Cluster } from '../client/api/describe-cluster.ts';
import { metadata, type Metadata, type MetadataPartition } from '../client/api/metadata.ts';
import type { KafkaClient } from '../client/client.ts';
import type { Address } from '../client/node.ts';
import { errorText } from '../client/error.ts';
import { firstAnswers } from './answer.ts';
import { reachable, type Member } from './member.ts';

export type ClusterView = {
  /** Who told it. */
  readonly seenBy: readonly (Member & { readonly address: Address })[];
  /** Who did not answer, and why. */
  readonly silent: readonly string[];
  /** Up and serving for everyone who told. */
  readonly up: ReadonlySet<number>;
  /** Up for at least one of them, with where it says that it is. */
  readonly seen: ReadonlyMap<number, Address>;
  /** Registered, but not (yet) allowed to serve. */
  readonly fenced: ReadonlySet<number>;
  /** With ZooKeeper the active controller; -1: none, or they do not agree. In KRaft of no meaning. */
  readonly controller: number;
  readonly partitions: readonly Partition[];
};

export type Partition = {
  readonly topic: string;
  readonly index: number;
  /** -1: nobody leads it. */
  readonly leader: number;
  /** The first is the preferred leader. */
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
  /** Replicas that cannot be used: their brokers are down, or the log dirs that they are on have failed. */
  readonly offline?: readonly number[];
};

export type SingleView = { readonly metadata: Metadata; readonly cluster: Cluster };

/**
 * Ask up to two brokers, those in front of the list first. A view that nobody told has an empty `seenBy`. Never
 * rejects for brokers that do not answer.
 */
export const readView = async (
  client: KafkaClient,
  members: readonly Member[],
  signal: AbortSignal,
): Promise<ClusterView> => {
  const { given, failed } = await firstAnswers(reachable(members), 2, async (member) => {
    const node = client.node(member.address);
    const cluster = await node.call(describeCluster, { endpoints: 'brokers' }, signal);
    if (cluster.errorCode !== 0)
      throw new Error(`${member.instance}: ${errorText(cluster.errorCode, cluster.errorMessage)}`);
    return { cluster, metadata: await node.call(metadata, { topics: null }, signal) };
  });
  const silent = failed.map(({ from, why }) => `${from.instance} (${why})`);
  return { seenBy: given.map(({ from }) => from), silent, ...merge(given.map(({ answer }) => answer)) };
};

/** Pure: one view out of several. */
export const merge = (views: readonly SingleView[]): Omit<ClusterView, 'seenBy' | 'silent'> => {
  const fenced = new Set(
    views.flatMap((view) => view.cluster.nodes.filter((node) => node.fenced).map((node) => node.id)),
  );
  const seen = new Map<number, Address>();
  for (const { metadata: told } of views) for (const { id, host, port } of told.brokers) seen.set(id, { host, port });
  const everywhere = (id: number): boolean =>
    views.every((view) => view.metadata.brokers.some((each) => each.id === id));
  const up = new Set([...seen.keys()].filter((id) => !fenced.has(id) && everywhere(id)));
  const [first, ...others] = views.map(({ metadata: { controllerId } }) => controllerId);
  const controller = first !== undefined && others.every((id) => id === first) ? first : -1;
  return { up, seen, fenced, controller, partitions: mergePartitions(views) };
};

const mergePartitions = (views: readonly SingleView[]): readonly Partition[] => {
  const merged = new Map<string, { topic: string; told: MetadataPartition[] }>();
  for (const { metadata: told } of views) {
    for (const topic of told.topics) {
      for (const partition of topic.partitions) {
        const key = `${topic.name}-${partition.index}`;
        const entry = merged.get(key) ?? { topic: topic.name, told: [] };
        entry.told.push(partition);
        merged.set(key, entry);
      }
    }
  }
  return [...merged.values()].flatMap(({ topic, told }) => {
    const newest = told.reduce((a, b) => (b.leaderEpoch > a.leaderEpoch ? b : a));
    return {
      topic,
      index: newest.index,
      leader: told.some((each) => each.leader < 0) ? -1 : newest.leader,
      replicas: [...new Set([...newest.replicas, ...told.flatMap((each) => each.replicas)])],
      isr: newest.isr.filter((id) => told.every((each) => each.isr.includes(id))),
      offline: [...new Set(told.flatMap((each) => each.offline))],
    };
  });
};
