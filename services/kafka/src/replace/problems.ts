/** Why a broker cannot be replaced now, all reasons at once. */
import type { ServiceView } from '@warder/sdk';
import { brokers, controllers, type Member } from '../cluster/member.ts';
import { replaceVerdict } from '../cluster/safety.ts';
import { readView, type ClusterView } from '../cluster/view.ts';
import { migrationOf, usesZooKeeper } from '../metadata.ts';
import { moveProblems, type Own } from '../move/problems.ts';
import type { Cluster } from '../route/ask.ts';

export type Standing = { readonly view: ClusterView; readonly problems: readonly string[] };

/** Every throttle that there is counts as somebody else's, but for the one of the run that looks. */
export const standingOf = async (
  cluster: Cluster,
  service: ServiceView,
  id: number,
  throttled: boolean,
  own?: Own,
): Promise<Standing> => {
  const members = brokers(service);
  const view = await readView(cluster.client, members, cluster.signal);
  const stage = migrationOf(service);
  const tellsNobody = usesZooKeeper(service) || stage !== 'none';
  const voters = controllers(service).map((member) => member.id);
  const problems = replaceProblems({ view, members, voters, id, throttled, tellsNobody });
  const others = await moveProblems(cluster, service, { ...view, leaving: [id] }, own);
  const onTheWay = stage === 'none' ? [] : [`its metadata is on its way to controllers of its own (${stage})`];
  return { view, problems: [...onTheWay, ...problems, ...others] };
};

type Asked = {
  readonly view: Pick<ClusterView, 'up' | 'partitions'>;
  readonly members: readonly Member[];
  /** Ids of those that vote on the metadata: with combined controllers some are brokers. */
  readonly voters: readonly number[];
  readonly id: number;
  readonly throttled: boolean;
  /** Nobody can be told of settings of a broker that is away. */
  readonly tellsNobody: boolean;
};

/** Pure. */
export const replaceProblems = ({ view, members, voters, id, throttled, tellsNobody }: Asked): readonly string[] => {
  if (members.every((member) => member.id !== id))
    return [`there is no broker ${id}: there are ${members.map((member) => member.id).join(', ')}`];
  const partitions = view.partitions.filter(({ replicas }) => replicas.includes(id));
  const verdict = replaceVerdict({ broker: id, partitions, up: view.up });
  const untold = throttled && tellsNobody && !view.up.has(id);
  const onlyVoter = voters.length === 1 && voters[0] === id;
  return [
    ...(onlyVoter ? [`broker ${id} is the only controller: the metadata of the whole cluster would be lost`] : []),
    ...(verdict.safe ? [] : [verdict.reason]),
    ...(untold
      ? [`broker ${id} is not in the cluster, and with ZooKeeper only it can be told of a throttle: --throttle none`]
      : []),
  ];
};
