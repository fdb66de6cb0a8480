/** What stands in the way of moves: each problem with what to do about it. */
import type { ServiceView } from '@warder/sdk';
import { partitionName } from '../balance/model.ts';
import { brokers } from '../cluster/member.ts';
import { partitionNames } from '../cluster/safety.ts';
import type { Partition } from '../cluster/view.ts';
import { brokersText, count, few } from '../cluster/words.ts';
import type { Cluster } from '../route/ask.ts';
import { reassignments } from './state.ts';
import { readThrottles, type Throttles } from './throttle.ts';

export type Standing = {
  readonly partitions: readonly Partition[];
  /** In the cluster, and allowed to serve. */
  readonly up: ReadonlySet<number>;
  /** Brokers that are to have nothing any more: what they lack is no problem. */
  readonly leaving: readonly number[];
};

/** Nothing of a run may be set or under way yet: everything that is counts as somebody else's. */
export const moveProblems = async (
  cluster: Cluster,
  service: ServiceView,
  standing: Standing,
): Promise<readonly string[]> => {
  const topics = [...new Set(standing.partitions.map(({ topic }) => topic))];
  const [underWay, throttles] = await Promise.all([reassignments(cluster), readThrottles(cluster, topics)]);
  const members = brokers(service).map(({ id }) => id);
  return [...movingProblems([...underWay.keys()]), ...throttleProblems(throttles), ...syncProblems(standing, members)];
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
