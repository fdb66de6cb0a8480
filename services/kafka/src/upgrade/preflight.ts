/** What stands in the way of an upgrade, looked at before anything is touched: each problem with what to do about it. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { ServiceView } from '@warder/sdk';
import { ConfigSource, describeConfigs } from '../client/api/describe-configs.ts';
import type { KafkaClient } from '../client/client.ts';
import { ErrorCode } from '../client/error.ts';
import type { KafkaNode } from '../client/node.ts';
import { brokers } from '../cluster/member.ts';
import { minInSync } from '../cluster/topic-config.ts';
import { readView, type Partition } from '../cluster/view.ts';
import { count, few } from '../cluster/words.ts';
import { readOptions } from '../options.ts';
import { propertiesFor } from '../properties.ts';
import { kafkaVersion } from '../version.ts';
import type { Levels } from './levels.ts';
import { compareVersions, hopProblems, propertyProblems, releaseOf } from './release.ts';
import type { Wish } from './wish.ts';

export const problemsOf = async (
  client: KafkaClient,
  service: ServiceView,
  wish: Wish,
  levels: Levels,
  signal: AbortSignal,
): Promise<readonly string[]> => {
  const { restart, live } = propertiesFor('broker', readOptions(service.options), kafkaVersion(wish.from));
  const view = await readView(client, brokers(service), signal);
  const teller = view.seenBy[0];
  const told = [...hopProblems(wish, levels.finalised), ...propertyProblems({ ...restart, ...live }, wish)];
  if (teller === undefined) return [...told, `no broker answers: ${view.silent.join(', ') || 'none was started'}`];
  const node = client.node(teller.address);
  const topics = [...new Set(view.partitions.map((each) => each.topic))];
  const [needs, formats, java] = await Promise.all([
    minInSync(node, topics, signal),
    formatTopics(node, topics, wish, signal),
    javaProblems(wish),
  ]);
  return [...told, ...tightProblems(view.partitions, needs, wish), ...formats, ...java];
};

/** Waiting cannot help these: every restart stops writes to them, or everything where there is one replica. */
export const tightProblems = (
  partitions: readonly Partition[],
  needs: ReadonlyMap<string, number>,
  { acceptsPauses }: Pick<Wish, 'acceptsPauses'>,
): readonly string[] => {
  const tight = partitions.filter(({ topic, replicas }) => replicas.length <= (needs.get(topic) ?? 0));
  const topics = [...new Set(tight.map(({ topic }) => topic))];
  if (acceptsPauses || topics.length === 0) return [];
  const what = `${count(topics.length, 'topic')} cannot stay available: ${few(topics)} have no more replicas than min.insync.replicas`;
  return [`${what}; add replicas, lower min.insync.replicas, or accept it (--accept-unavailable)`];
};

/** Topics that carry a setting which 4.0 has no more. */
const formatTopics = async (
  node: KafkaNode,
  topics: readonly string[],
  { from, to }: Wish,
  signal: AbortSignal,
): Promise<readonly string[]> => {
  if (compareVersions(from, '4.0.0') >= 0 || compareVersions(to, '4.0.0') < 0 || topics.length === 0) return [];
  const key = 'message.format.version';
  const resources = topics.map((name) => ({ type: 'topic', name, keys: [key] }) as const);
  const found = (await node.call(describeConfigs, { resources }, signal)).filter(
    ({ errorCode, entries }) =>
      errorCode === ErrorCode.none && entries.some((entry) => entry.source === ConfigSource.topic),
  );
  if (found.length === 0) return [];
  const names = few(found.map(({ name }) => name));
  return [`${key} is gone since Kafka 4.0.0, and set for ${names}: take it away (topic config <topic> --unset ${key})`];
};

/** Tasks of this machine run with its Java. */
const javaProblems = async ({ to }: Wish): Promise<readonly string[]> => {
  const { java: needed } = releaseOf(to);
  const found = await javaHere();
  if (found === undefined)
    return [`Kafka ${to} needs Java ${needed}, and there is no java on this machine: install it`];
  return found >= needed
    ? []
    : [`Kafka ${to} needs Java ${needed} or newer, and this machine has ${found}: install it`];
};

const javaHere = async (): Promise<number | undefined> => {
  try {
    const { stdout, stderr } = await promisify(execFile)('java', ['-version'], { timeout: 5000 });
    const [, first = '', second = ''] = /version "(\d+)(?:\.(\d+))?/.exec(stdout + stderr) ?? [];
    return Number(first === '1' ? second : first);
  } catch {
    return undefined;
  }
};
