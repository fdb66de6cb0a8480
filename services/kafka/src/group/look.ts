/** Groups of consumers: which there are, and who coordinates one. */
import { PackageError } from '@warder/sdk';
import { consumerGroupDescribe } from '../client/api/consumer-group-describe.ts';
import { describeGroups, type GroupDetail } from '../client/api/describe-groups.ts';
import { findCoordinator } from '../client/api/find-coordinator.ts';
import { listGroups, type ListedGroup } from '../client/api/list-groups.ts';
import { errorText } from '../client/error.ts';
import type { KafkaNode } from '../client/node.ts';
import { allAnswers } from '../cluster/answer.ts';
import { demand, topicsOf, type Cluster, type Mapped } from '../route/ask.ts';

/** The topic that groups keep their offsets in: Kafka makes it when the first of them asks. */
const offsetsTopic = '__consumer_offsets';

const gone: Mapped = { code: 'group-unknown', status: 404 };
const busy: Mapped = { code: 'group-busy', status: 409 };
const away: Mapped = { code: 'kafka-unavailable', status: 503 };

/** What codes mean where they are about groups. */
export const groupErrors: Readonly<Record<number, Mapped>> = {
  14: away,
  15: away,
  16: away,
  22: busy,
  24: { code: 'group-unknown', status: 404 },
  25: busy,
  68: busy,
  69: gone,
  110: busy,
  113: busy,
};

export type GroupsByBroker = {
  readonly groups: readonly (ListedGroup & { readonly coordinator: number })[];
  /** Brokers that did not tell: their groups are missing. */
  readonly silent: readonly { readonly broker: number; readonly why: string }[];
};

export const readGroups = async (cluster: Cluster): Promise<GroupsByBroker> => {
  const { brokers } = await topicsOf(cluster, []);
  const { given, failed } = await allAnswers(brokers, (broker) => groupsAt(cluster, cluster.client.node(broker)));
  const groups = given.flatMap(({ from, answer }) => answer.map((each) => ({ ...each, coordinator: from.id })));
  return {
    groups: groups.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    silent: failed.map(({ from, why }) => ({ broker: from.id, why })),
  };
};

/** With their states: before Kafka 2.6 the list has none. */
const groupsAt = async (cluster: Cluster, node: KafkaNode): Promise<readonly ListedGroup[]> => {
  const { errorCode, groups } = await node.call(listGroups, null, cluster.signal);
  if (errorCode !== 0) throw new Error(errorText(errorCode, null));
  return groups;
};

export type Group = ListedGroup & { readonly coordinator: { readonly id: number; readonly node: KafkaNode } };

/** Throws when there is no such group. */
export const groupOf = async (cluster: Cluster, id: string): Promise<Group> => {
  const unknown = new PackageError('group-unknown', `there is no group ${id}`, 404);
  const { topics } = await topicsOf(cluster, [offsetsTopic]);
  // To ask for a coordinator would make the topic.
  if (topics[0]?.errorCode !== 0) throw unknown;
  const found = await cluster.node.call(findCoordinator, { group: id }, cluster.signal);
  demand(`the coordinator of group ${id}`, found, groupErrors);
  const node = cluster.client.node(found);
  const listed = await node.call(listGroups, null, cluster.signal);
  demand(`group ${id}`, listed, groupErrors);
  const group = listed.groups.find((each) => each.id === id);
  if (group === undefined) throw unknown;
  return { ...group, coordinator: { id: found.id, node } };
};

/** The members, and what each reads. Share groups and groups of streams have a protocol of their own: undefined. */
export const detailOf = async (
  cluster: Cluster,
  { id, type, coordinator }: Group,
): Promise<GroupDetail | undefined> => {
  if (type !== 'classic' && type !== 'consumer') return undefined;
  const api = type === 'consumer' ? consumerGroupDescribe : describeGroups;
  const [detail] = await coordinator.node.call(api, { groups: [id] }, cluster.signal);
  if (detail !== undefined) demand(`group ${id}`, detail, groupErrors);
  return detail;
};
