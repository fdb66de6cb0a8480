/** What a throttle of moves consists of: which replicas are slowed down, at which brokers, and to how much. Pure. */
import { partitionName, type Model } from '../balance/model.ts';
import type { LeaderChange } from '../balance/proposal.ts';

export const leaderRate = 'leader.replication.throttled.rate';
export const followerRate = 'follower.replication.throttled.rate';
export const leaderList = 'leader.replication.throttled.replicas';
export const followerList = 'follower.replication.throttled.replicas';

export type TopicThrottle = {
  readonly topic: string;
  /** `0:1,0:2`: whoever may lead meanwhile. */
  readonly leader: string;
  /** `0:4`: only those that are copied, so that nobody else's catching up is slowed down. */
  readonly follower: string;
};

/** In the order of the topics; the same for the same moves, in whatever order. */
export const throttleLists = (moves: readonly LeaderChange[]): readonly TopicThrottle[] => {
  const topics = new Map<string, { readonly leader: string[]; readonly follower: string[] }>();
  for (const { topic, index, from, to } of moves.toSorted((a, b) => a.index - b.index)) {
    const lists = topics.get(topic) ?? { leader: [], follower: [] };
    topics.set(topic, lists);
    lists.leader.push(...from.map((id) => `${index}:${id}`));
    lists.follower.push(...to.filter((id) => !from.includes(id)).map((id) => `${index}:${id}`));
  }
  return [...topics]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([topic, { leader, follower }]) => ({ topic, leader: leader.join(','), follower: follower.join(',') }));
};

/** Who gives or takes in these moves. */
export const throttledBrokers = (moves: readonly LeaderChange[]): readonly number[] =>
  [...new Set(moves.flatMap(({ from, to }) => [...from, ...to]))].toSorted((a, b) => a - b);

/**
 * What is written to these partitions while they are copied, at the broker where that is most: a throttle below it never
 * lets them be done. What leaders send to followers that are in sync counts, too. 0: nothing is known to be written.
 */
export const neededRate = (
  { partitions }: Pick<Model, 'partitions'>,
  moves: readonly LeaderChange[],
  leaders: ReadonlyMap<string, number>,
): { readonly broker: number; readonly bytesPerSecond: number } => {
  const written = new Map(partitions.map((each) => [partitionName(each), each.inBytes ?? 0]));
  const sums = new Map<string, number>();
  const add = (port: 'in' | 'out', broker: number, rate: number): void =>
    void sums.set(`${port} ${broker}`, (sums.get(`${port} ${broker}`) ?? 0) + rate);
  for (const move of moves) {
    const rate = written.get(partitionName(move)) ?? 0;
    const added = move.to.filter((id) => !move.from.includes(id));
    for (const id of added) add('in', id, rate);
    add('out', leaders.get(partitionName(move)) ?? move.from[0] ?? -1, rate * (move.from.length - 1 + added.length));
  }
  const [port = 'in -1', most = 0] = [...sums].toSorted((a, b) => b[1] - a[1])[0] ?? [];
  return { broker: Number(port.split(' ')[1]), bytesPerSecond: most };
};

/** No throttle that nobody asked for is lower. */
const usualBytes = 50_000_000;

/** Twice what is needed, so that copies get on as fast as what they have to catch up with. */
export const sensibleRate = (needed: number): number => Math.max(usualBytes, Math.ceil((2 * needed) / 1e6) * 1e6);
