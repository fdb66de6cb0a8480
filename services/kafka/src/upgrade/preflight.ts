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
import { readView, type ClusterView, type Partition } from '../cluster/view.ts';
import { count, few } from '../cluster/words.ts';
import { readOptions } from '../options.ts';
import { propertiesFor } from '../properties.ts';
import { oneFormatSince, recordFormat } from '../protocol.ts';
import { kafkaVersion } from '../version.ts';
import type { Levels } from './levels.ts';
import { compareVersions, hopProblems, javaOf, propertyProblems, releaseOf } from './release.ts';
import type { Wish } from './wish.ts';

export const problemsOf = async (
  client: KafkaClient,
  service: ServiceView,
  wish: Wish,
  levels: Levels,
  signal: AbortSignal,
): Promise<readonly string[]> => {
  const view = await readView(client, brokers(service), signal);
  return [
    ...hopProblems(wish, levels.finalised),
    ...behindProblems(wish, levels),
    ...(await clusterProblems(client, service, view, wish, signal)),
  ];
};

/** Whoever was not reached by a roll that was given up: without a roll nobody brings them there, and half a roll may go back. */
export const behindProblems = (
  { from, to }: Pick<Wish, 'from' | 'to'>,
  { nodes }: Pick<Levels, 'nodes'>,
): readonly string[] => {
  if (compareVersions(to, from) < 0) return [];
  const known = Object.entries(releaseOf(from).levels);
  const behind = nodes.filter(({ supported }) =>
    known.some(([name, level]) => level > (supported.get(name)?.max ?? 0)),
  );
  const names = few(behind.map(({ instance }) => instance));
  return behind.length === 0
    ? []
    : [`not on Kafka ${from} yet: ${names}; bring it everywhere first (plan start update)`];
};

/** What does not depend on who keeps the metadata. */
export const clusterProblems = async (
  client: KafkaClient,
  service: ServiceView,
  view: ClusterView,
  wish: Wish,
  signal: AbortSignal,
): Promise<readonly string[]> => {
  const { restart, live } = propertiesFor('broker', readOptions(service.options), kafkaVersion(wish.from));
  const told = propertyProblems({ ...restart, ...live }, wish);
  const teller = view.seenBy[0];
  if (teller === undefined) return [...told, `no broker answers: ${view.silent.join(', ') || 'none was started'}`];
  const node = client.node(teller.address);
  const topics = [...new Set(view.partitions.map((each) => each.topic))];
  const [needs, formats, java] = await Promise.all([
    minInSync(node, topics, signal),
    topicFormats(node, topics, signal),
    javaProblems(wish),
  ]);
  return [...told, ...tightProblems(view.partitions, needs, wish), ...formatProblems(formats, wish), ...java];
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

const formatKey = 'message.format.version';

/** The format of each topic that has one of its own. */
const topicFormats = async (
  node: KafkaNode,
  topics: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> => {
  const resources = topics.map((name) => ({ type: 'topic', name, keys: [formatKey] }) as const);
  const results = topics.length === 0 ? [] : await node.call(describeConfigs, { resources }, signal);
  return new Map(
    results.flatMap(({ errorCode, name, entries }) => {
      const own = entries.find((entry) => entry.source === ConfigSource.topic)?.value;
      return errorCode === ErrorCode.none && own != null ? [[name, own] as const] : [];
    }),
  );
};

/** 4.0 has no such setting any more; before that it is taken for the newest format as soon as the protocol is 3.0. */
export const formatProblems = (
  formats: ReadonlyMap<string, string>,
  { from, to }: Pick<Wish, 'from' | 'to'>,
): readonly string[] => {
  const isGone = compareVersions(from, '4.0.0') < 0 && compareVersions(to, '4.0.0') >= 0;
  const meansNothing = compareVersions(to, `${oneFormatSince}.0`) >= 0;
  const found = [...formats].filter(([, format]) => isGone || (meansNothing && recordFormat(format) < 2));
  if (found.length === 0) return [];
  const names = few(found.map(([name, format]) => `${name} (${format})`));
  const next = `take it away (topic config <topic> --unset ${formatKey})`;
  return isGone
    ? [`${formatKey} is gone since Kafka 4.0.0, and set for ${names}: ${next}`]
    : [
        `${formatKey} means nothing from protocol ${oneFormatSince} on, and keeps records in an old format in ${names}: bring their clients to 0.11 or newer, then ${next}`,
      ];
};

/** Tasks of this machine run with its Java. */
const javaProblems = async ({ to }: Wish): Promise<readonly string[]> => {
  const needed = javaOf(to);
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
