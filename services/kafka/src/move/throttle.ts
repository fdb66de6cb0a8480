/** Throttles of moves, as the cluster has them: looked at, set and taken away. Each may be asked for again at any time. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { LeaderChange } from '../balance/proposal.ts';
import { ConfigSource, describeConfigs } from '../client/api/describe-configs.ts';
import { incrementalAlterConfigs } from '../client/api/incremental-alter-configs.ts';
import { ErrorCode, errorText } from '../client/error.ts';
import { few } from '../cluster/words.ts';
import { chunks } from '../model/piece.ts';
import type { Cluster } from '../route/ask.ts';
import { followerList, leaderList, throttledBrokers, throttleLists } from './lists.ts';
import type { TopicThrottle } from './lists.ts';
import { allRatesNow, setRates, type RatesNow } from './rates.ts';

export type Throttles = {
  readonly rates: RatesNow;
  readonly topics: readonly TopicThrottle[];
};

const listKeys = [leaderList, followerList];

/** Topics asked for at a time. */
const piece = 200;

/** Everything that slows replication down now. Rejects when a broker does not tell. */
export const readThrottles = async (cluster: Cluster, topics: readonly string[]): Promise<Throttles> => ({
  rates: await allRatesNow(cluster),
  topics: await readLists(cluster, topics),
});

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

/** Rejects when a topic is throttled by somebody else. Brokers that do not answer are answered: they were not told. */
export const setThrottle = async (
  cluster: Cluster,
  moves: readonly LeaderChange[],
  rate: number,
): Promise<readonly number[]> => {
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
  const away = await setRates(cluster, throttledBrokers(moves), rate);
  const missing = lists.filter(({ topic }) => !present.has(topic));
  await alterTopics(
    cluster,
    missing.map(({ topic, leader, follower }) => ({ topic, leader, follower })),
  );
  return away;
};

export const isOurs = (now: TopicThrottle, ours: TopicThrottle): boolean =>
  now.leader === ours.leader && now.follower === ours.follower;

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
  /** Brokers that do not answer: what was set for them is still there. */
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
  const foreign = present.filter((each) => !isOwn(each)).map(({ topic }) => topic);
  // Also where none is seen: what was set a moment ago may not have come to the broker that is asked.
  const own = [...ours.keys()].filter((topic) => !foreign.includes(topic));
  await alterTopics(
    cluster,
    own.map((topic) => ({ topic, leader: null, follower: null })),
  );
  const away = await setRates(cluster, throttledBrokers(moves), null);
  await listsGone(cluster, own);
  return { foreign, away };
};

/** How long a change may take to be seen by the broker that is asked. */
const arrivalMs = 5_000;

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
