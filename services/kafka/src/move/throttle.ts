/** Throttles of moves, as the cluster has them: looked at, set and taken away. Each may be asked for again at any time. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { LeaderChange } from '../balance/proposal.ts';
import { ConfigSource, describeConfigs } from '../client/api/describe-configs.ts';
import { incrementalAlterConfigs } from '../client/api/incremental-alter-configs.ts';
import { metadata } from '../client/api/metadata.ts';
import { ErrorCode, errorText } from '../client/error.ts';
import type { KafkaNode } from '../client/node.ts';
import { allAnswers } from '../cluster/answer.ts';
import { brokersText, few } from '../cluster/words.ts';
import { chunks } from '../model/piece.ts';
import type { Cluster } from '../route/ask.ts';
import { followerList, followerRate, leaderList, leaderRate, throttledBrokers, throttleLists } from './lists.ts';
import type { TopicThrottle } from './lists.ts';

export type Throttles = {
  /** Brokers that have a rate of their own, or all of them have: bytes a second, the lower of both directions. */
  readonly rates: ReadonlyMap<number, number>;
  readonly topics: readonly TopicThrottle[];
};

const rateKeys = [leaderRate, followerRate];
const listKeys = [leaderList, followerList];

/** Topics asked for at a time. */
const piece = 200;

/** Everything that slows replication down now. Rejects when a broker does not tell. */
export const readThrottles = async (cluster: Cluster, topics: readonly string[]): Promise<Throttles> => ({
  rates: new Map(
    [...(await readRates(cluster))].flatMap(([id, { own, ofAll }]) => {
      const rates = [...own, ...ofAll];
      return rates.length === 0 ? [] : [[id, Math.min(...rates)] as const];
    }),
  ),
  topics: await readLists(cluster, topics),
});

/** What one broker goes by; `ofAll`: what was set for every broker of the cluster. */
type Rates = { readonly node: KafkaNode; readonly own: readonly number[]; readonly ofAll: readonly number[] };

const readRates = async (cluster: Cluster): Promise<ReadonlyMap<number, Rates>> => {
  const { client, node, signal } = cluster;
  const { brokers } = await node.call(metadata, { topics: [] }, signal);
  const { given, failed } = await allAnswers(brokers, async (broker): Promise<Rates> => {
    const asked = client.node(broker);
    const resources = [{ type: 'broker', name: String(broker.id), keys: rateKeys } as const];
    const [result] = await asked.call(describeConfigs, { resources }, signal);
    if (result === undefined || result.errorCode !== 0)
      throw new Error(errorText(result?.errorCode ?? -1, result?.errorMessage));
    const from = (wanted: number): readonly number[] =>
      result.entries.flatMap(({ value, source }) => (source === wanted ? [Number(value)] : []));
    return { node: asked, own: from(ConfigSource.dynamicBroker), ofAll: from(ConfigSource.dynamicDefault) };
  });
  const [silent] = failed;
  if (silent !== undefined) throw new Error(`broker ${silent.from.id} does not tell its throttles: ${silent.why}`);
  return new Map(given.map(({ from, answer }) => [from.id, answer]));
};

const readLists = async (cluster: Cluster, topics: readonly string[]): Promise<readonly TopicThrottle[]> => {
  const found: TopicThrottle[] = [];
  for (const names of chunks(topics, piece)) {
    const resources = names.map((name) => ({ type: 'topic', name, keys: listKeys }) as const);
    for (const { name, errorCode, errorMessage, entries } of await cluster.node.call(
      describeConfigs,
      { resources },
      cluster.signal,
    )) {
      if (errorCode === ErrorCode.unknownTopic) continue;
      if (errorCode !== 0) throw new Error(`the settings of ${name}: ${errorText(errorCode, errorMessage)}`);
      const own = (key: string): string =>
        entries.find((each) => each.name === key && each.source === ConfigSource.topic)?.value ?? '';
      const lists = { topic: name, leader: own(leaderList), follower: own(followerList) };
      if (lists.leader !== '' || lists.follower !== '') found.push(lists);
    }
  }
  return found;
};

/** How long a rate may take to come to its broker. */
const arrivalMs = 5_000;

/** Rejects when a topic is throttled by somebody else, or a broker cannot be told. */
export const setThrottle = async (cluster: Cluster, moves: readonly LeaderChange[], rate: number): Promise<void> => {
  const lists = throttleLists(moves);
  const present = new Map(
    (
      await readLists(
        cluster,
        lists.map(({ topic }) => topic),
      )
    ).map((each) => [each.topic, each]),
  );
  const foreign = lists.filter((each) => {
    const now = present.get(each.topic);
    return now !== undefined && !isOurs(now, each);
  });
  if (foreign.length > 0) throw new Error(`throttled by somebody else: ${few(foreign.map(({ topic }) => topic))}`);
  await setRates(cluster, throttledBrokers(moves), rate);
  const missing = lists.filter(({ topic }) => !present.has(topic));
  await alterTopics(
    cluster,
    missing.map(({ topic, leader, follower }) => ({ topic, leader, follower })),
  );
};

const isOurs = (now: TopicThrottle, ours: TopicThrottle): boolean =>
  now.leader === ours.leader && now.follower === ours.follower;

/** For these brokers; null takes it away. Those that are not in the cluster cannot be told. */
export const setRates = async (
  cluster: Cluster,
  ids: readonly number[],
  rate: number | null,
): Promise<readonly number[]> => {
  const present = await readRates(cluster);
  const away = ids.filter((id) => !present.has(id));
  if (away.length > 0 && rate !== null) throw new Error(`${brokersText(away)} cannot be throttled: not in the cluster`);
  const value = rate === null ? null : String(rate);
  const changes = rateKeys.map((key) => ({ key, value }));
  for (const id of ids) {
    const own = present.get(id);
    if (own === undefined || isRight(own, rate)) continue;
    const resources = [{ type: 'broker', name: String(id), changes } as const];
    const [result] = await own.node.call(incrementalAlterConfigs, { resources, validateOnly: false }, cluster.signal);
    if (result === undefined || result.errorCode !== 0)
      throw new Error(`broker ${id}: ${errorText(result?.errorCode ?? -1, result?.errorMessage)}`);
  }
  await arrived(cluster, ids, rate);
  return away;
};

const isRight = ({ own }: Rates, rate: number | null): boolean =>
  rate === null ? own.length === 0 : own.length === rateKeys.length && own.every((each) => each === rate);

const arrived = async (cluster: Cluster, ids: readonly number[], rate: number | null): Promise<void> => {
  const deadline = performance.now() + arrivalMs;
  for (;;) {
    const present = await readRates(cluster);
    const late = ids.filter((id) => {
      const own = present.get(id);
      return own !== undefined && !isRight(own, rate);
    });
    if (late.length === 0) return;
    if (performance.now() > deadline) throw new Error(`${brokersText(late)}: the throttle did not arrive`);
    await sleep(50, undefined, { signal: cluster.signal });
  }
};

const alterTopics = async (
  cluster: Cluster,
  lists: readonly { readonly topic: string; readonly leader: string | null; readonly follower: string | null }[],
): Promise<void> => {
  for (const part of chunks(lists, piece)) {
    const resources = part.map(({ topic, leader, follower }) => {
      const changes = [
        { key: leaderList, value: leader },
        { key: followerList, value: follower },
      ];
      return { type: 'topic', name: topic, changes } as const;
    });
    const results = await cluster.node.call(
      incrementalAlterConfigs,
      { resources, validateOnly: false },
      cluster.signal,
    );
    for (const { name, errorCode, errorMessage } of results)
      if (errorCode !== 0 && errorCode !== ErrorCode.unknownTopic)
        throw new Error(`throttle of topic ${name}: ${errorText(errorCode, errorMessage)}`);
  }
};

export type Cleared = {
  /** Topics whose throttle somebody else has changed meanwhile: left as they are. */
  readonly foreign: readonly string[];
  /** Brokers that are not in the cluster: what was set for them is still there. */
  readonly away: readonly number[];
};

/** Takes away what `setThrottle` set for these moves, and looks that it is gone. */
export const clearThrottle = async (cluster: Cluster, moves: readonly LeaderChange[]): Promise<Cleared> => {
  const ours = new Map(throttleLists(moves).map((each) => [each.topic, each]));
  const present = await readLists(cluster, [...ours.keys()]);
  const isOwn = (now: TopicThrottle): boolean => {
    const own = ours.get(now.topic);
    return own !== undefined && isOurs(now, own);
  };
  const own = present.filter(isOwn).map(({ topic }) => topic);
  await alterTopics(
    cluster,
    own.map((topic) => ({ topic, leader: null, follower: null })),
  );
  const away = await setRates(cluster, throttledBrokers(moves), null);
  await listsGone(cluster, own);
  return { foreign: present.filter((each) => !isOwn(each)).map(({ topic }) => topic), away };
};

const listsGone = async (cluster: Cluster, topics: readonly string[]): Promise<void> => {
  const deadline = performance.now() + arrivalMs;
  for (;;) {
    const left = await readLists(cluster, topics);
    if (left.length === 0) return;
    if (performance.now() > deadline) throw new Error(`still throttled: ${few(left.map(({ topic }) => topic))}`);
    await sleep(50, undefined, { signal: cluster.signal });
  }
};

/** Whoever set them. */
export const removeThrottles = async (
  cluster: Cluster,
  ids: readonly number[],
  topics: readonly string[],
): Promise<void> => {
  await setRates(cluster, ids, null);
  await alterTopics(
    cluster,
    topics.map((topic) => ({ topic, leader: null, follower: null })),
  );
  await listsGone(cluster, topics);
};
