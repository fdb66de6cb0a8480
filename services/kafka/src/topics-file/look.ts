/** How the topics of a file stand now, and what Kafka would say to the changes: it is asked, and nothing is changed. */
import { createTopics } from '../client/api/create-topics.ts';
import { ConfigSource, describeConfigs, type ConfigResult } from '../client/api/describe-configs.ts';
import { incrementalAlterConfigs } from '../client/api/incremental-alter-configs.ts';
import { OffsetTime } from '../client/api/list-offsets.ts';
import type { MetadataTopic } from '../client/api/metadata.ts';
import { errorText } from '../client/error.ts';
import { count } from '../cluster/words.ts';
import { chunks } from '../model/piece.ts';
import { topicsOf, type Cluster } from '../route/ask.ts';
import { spotName } from '../route/leaders.ts';
import { offsetsAt } from '../route/topic-offsets.ts';
import type { Diff, Present, Wrong } from './diff.ts';

const changeMs = 15_000;

/** Topics of one request. */
const atOnce = 500;

/** Of these topics, those that are there. */
export const readPresent = async (cluster: Cluster, names: readonly string[]): Promise<readonly Present[]> => {
  const { topics } = await topicsOf(cluster, null);
  const wanted = new Set(names);
  const here = topics.filter(({ name, errorCode }) => wanted.has(name) && errorCode === 0);
  const configs = await configsOf(
    cluster,
    here.map(({ name }) => name),
  );
  return here.map((topic) => presentOf(topic, configs.get(topic.name)));
};

const presentOf = ({ name, internal, partitions }: MetadataTopic, configs: ConfigResult | undefined): Present => {
  const copies = partitions.map(({ replicas }) => replicas.length);
  const own = (configs?.entries ?? []).filter(({ source }) => source === ConfigSource.topic);
  return {
    name,
    internal: internal || name.startsWith('__'),
    partitions: partitions.length,
    replication: Math.min(...copies),
    even: new Set(copies).size === 1,
    configs: Object.fromEntries(own.map((entry) => [entry.name, entry.value])),
  };
};

const configsOf = async (cluster: Cluster, names: readonly string[]): Promise<ReadonlyMap<string, ConfigResult>> => {
  const found = new Map<string, ConfigResult>();
  for (const some of chunks(names, atOnce)) {
    const resources = some.map((name) => ({ type: 'topic', name, keys: null }) as const);
    for (const result of await cluster.node.call(describeConfigs, { resources }, cluster.signal)) {
      if (result.errorCode !== 0) {
        throw new Error(`the settings of topic ${result.name}: ${errorText(result.errorCode, result.errorMessage)}`);
      }
      found.set(result.name, result);
    }
  }
  return found;
};

/** What Kafka would refuse. */
export const refusedByKafka = async (cluster: Cluster, { create, set }: Diff): Promise<readonly Wrong[]> => {
  const wrong: Wrong[] = [];
  const controller = await cluster.controller();
  for (const some of chunks(create, atOnce)) {
    const topics = some.map(({ name, partitions = -1, replication = -1, configs = {} }) => ({
      name,
      partitions,
      replication,
      configs,
    }));
    const request = { topics, timeoutMs: changeMs, validateOnly: true } as const;
    for (const { name, errorCode, errorMessage } of await controller.call(createTopics, request, cluster.signal)) {
      if (errorCode !== 0) wrong.push(wrongOf(name, errorCode, errorMessage));
    }
  }
  for (const some of chunks(set, atOnce)) {
    const resources = some.map((each) => ({ type: 'topic', name: each.name, changes: changesOf(each) }) as const);
    const request = { resources, validateOnly: true };
    for (const { name, errorCode, errorMessage } of await cluster.node.call(
      incrementalAlterConfigs,
      request,
      cluster.signal,
    )) {
      if (errorCode !== 0) wrong.push(wrongOf(name, errorCode, errorMessage));
    }
  }
  return wrong.length === 0 ? [] : withKnown(cluster, wrong);
};

export const changesOf = ({
  set,
  unset,
}: Pick<Diff['set'][number], 'set' | 'unset'>): readonly { readonly key: string; readonly value: string | null }[] => [
  ...Object.entries(set).map(([key, value]) => ({ key, value })),
  ...unset.map((key) => ({ key, value: null })),
];

/** Kafka's codes for partitions, replication, settings. */
const keyOf: Readonly<Record<number, string>> = { 37: 'partitions', 38: 'replication', 40: 'configs' };

const wrongOf = (name: string, code: number, message: string | null): Wrong => {
  const key = keyOf[code];
  const [, named] = /(?:Unknown topic config name:|for configuration) ([a-z][\w.]*)/.exec(message ?? '') ?? [];
  const path = [
    name,
    ...(key === undefined ? [] : [key]),
    ...(named === undefined || key !== 'configs' ? [] : [named]),
  ];
  return { path, message: errorText(code, message), next: 'correct it' };
};

/** A mistyped setting is told with those that there are, if any topic is there to tell them. */
const withKnown = async (cluster: Cluster, wrong: readonly Wrong[]): Promise<readonly Wrong[]> => {
  if (!wrong.some(({ message }) => message.includes('Unknown topic config'))) return wrong;
  const { topics } = await topicsOf(cluster, null);
  const [some] = topics;
  if (some === undefined) return wrong;
  const configs = (await configsOf(cluster, [some.name])).get(some.name);
  const known = (configs?.entries ?? []).map(({ name }) => name);
  return wrong.map((each) => (each.message.includes('Unknown topic config') ? { ...each, known } : each));
};

/** `bills (3 partitions, 120 records)`, for a person who is to agree that it goes. */
export const lossOf = async (cluster: Cluster, names: readonly string[]): Promise<readonly string[]> => {
  if (names.length === 0) return [];
  const { topics } = await topicsOf(cluster, names);
  const spots = topics.flatMap(({ name, partitions }) =>
    partitions.map(({ index }) => ({ topic: name, partition: index })),
  );
  const [begins, ends] = await Promise.all([
    offsetsAt(cluster, spots, OffsetTime.earliest),
    offsetsAt(cluster, spots, OffsetTime.latest),
  ]);
  return names.map((name) => {
    const own = spots.filter(({ topic }) => topic === name);
    let records = 0n;
    for (const spot of own) {
      const [begin, end] = [begins.given.get(spotName(spot))?.offset, ends.given.get(spotName(spot))?.offset];
      if (begin === undefined || end === undefined)
        return `${name} (${count(own.length, 'partition')}, nobody tells how many records)`;
      records += end - begin;
    }
    return `${name} (${count(own.length, 'partition')}, up to ${records} records)`;
  });
};
