/** What stands in the way of moves: each problem with what to do about it. */
import type { ServiceView } from '@warder/sdk';
import { partitionName } from '../balance/model.ts';
import type { LeaderChange } from '../balance/proposal.ts';
import type { Reassignment } from '../client/api/list-partition-reassignments.ts';
import { brokers } from '../cluster/member.ts';
import { partitionNames } from '../cluster/safety.ts';
import type { Partition } from '../cluster/view.ts';
import { brokersText, count, few } from '../cluster/words.ts';
import type { Cluster } from '../route/ask.ts';
import { throttledBrokers, throttleLists } from './lists.ts';
import { isSame, reassignments, targetOf } from './state.ts';
import { isOurs, readThrottles, type Throttles } from './throttle.ts';

export type Standing = {
  readonly partitions: readonly Partition[];
  /** In the cluster, and allowed to serve. */
  readonly up: ReadonlySet<number>;
  /** Brokers that are to have nothing any more: what they lack is no problem. */
  readonly leaving: readonly number[];
};

/** What a run is about to do. Started again, it finds some of it set or under way. */
export type Own = { readonly moves: readonly LeaderChange[]; readonly rate?: number };

/** Without a run of its own, everything that is set or under way counts as somebody else's. */
export const moveProblems = async (
  cluster: Cluster,
  service: ServiceView,
  standing: Standing,
  own: Own = { moves: [] },
): Promise<readonly string[]> => {
  const topics = [...new Set(standing.partitions.map(({ topic }) => topic))];
  const [underWay, throttles] = await Promise.all([reassignments(cluster), readThrottles(cluster, topics)]);
  const members = brokers(service).map(({ id }) => id);
  const moving = ownMoves(underWay, own);
  // What is copied is not in sync yet.
  const partitions = standing.partitions.filter((each) => !moving.has(partitionName(each)));
  return [
    ...movingProblems([...underWay.keys()].filter((name) => !moving.has(name))),
    ...throttleProblems(foreignThrottles(throttles, own)),
    ...syncProblems({ ...standing, partitions }, members),
  ];
};

/** Pure: the names of those that are on their way to where the run wants them. */
export const ownMoves = (underWay: ReadonlyMap<string, Reassignment>, { moves }: Own): ReadonlySet<string> =>
  new Set(
    moves.flatMap((move) => {
      const name = partitionName(move);
      const each = underWay.get(name);
      return each !== undefined && isSame(targetOf(each), move.to) ? [name] : [];
    }),
  );

/** Pure: without those that the run sets itself. */
export const foreignThrottles = ({ rates, topics }: Throttles, { moves, rate }: Own): Throttles => {
  if (rate === undefined) return { rates, topics };
  const lists = new Map(throttleLists(moves).map((each) => [each.topic, each]));
  const ids = throttledBrokers(moves);
  return {
    rates: new Map([...rates].filter(([id, now]) => now !== rate || !ids.includes(id))),
    topics: topics.filter((now) => {
      const ours = lists.get(now.topic);
      return ours === undefined || !isOurs(now, ours);
    }),
  };
};

const movingProblems = (names: readonly string[]): readonly string[] =>
  names.length === 0
    ? []
    : [`somebody else moves ${count(names.length, 'partition')} (${few(names)}): wait until that is done`];

const throttleProblems = ({ rates, topics }: Throttles): readonly string[] => {
  const ids = [...rates.keys()].toSorted((a, b) => a - b);
  const where = [
    ...(ids.length === 0 ? [] : [brokersText(ids)]),
    ...(topics.length === 0 ? [] : [`topics ${few(topics.map(({ topic }) => topic))}`]),
  ];
  if (where.length === 0) return [];
  const next = 'wait until who set it has done, or take it away (rebalance throttle none)';
  return [`replication is throttled by somebody else at ${where.join(' and ')}: ${next}`];
};

/** Pure. `members`: brokers that the service has, and that come back if they are away. */
export const syncProblems = ({ partitions, up, leaving }: Standing, members: readonly number[]): readonly string[] => {
  const awaited = members.filter((id) => !up.has(id) && !leaving.includes(id));
  const hasOwn = awaited.filter((id) => partitions.some(({ replicas }) => replicas.includes(id)));
  const gives = (id: number): boolean => leaving.includes(id) || !up.has(id);
  const offline = partitions.filter(({ leader, replicas }) => leader < 0 && !replicas.every(gives));
  const behind = partitions.filter(
    ({ leader, replicas, isr }) => leader >= 0 && replicas.some((id) => !isr.includes(id) && !gives(id)),
  );
  return [
    ...(hasOwn.length === 0 ? [] : [`${brokersText(hasOwn)} not in the cluster: wait until it is back`]),
    ...(offline.length === 0
      ? []
      : [`${count(offline.length, 'partition')} without a leader: ${partitionNames(offline)}`]),
    ...(behind.length === 0
      ? []
      : [`${count(behind.length, 'partition')} not in sync: ${few(behind.map(partitionName))}; wait until they are`]),
  ];
};
