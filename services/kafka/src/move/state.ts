/** How far moves are: done, under way, not begun, or not to be made any more. */
import type { LeaderChange } from '../balance/proposal.ts';
import { partitionName } from '../balance/model.ts';
import { listPartitionReassignments, type Reassignment } from '../client/api/list-partition-reassignments.ts';
import { metadata, type MetadataPartition } from '../client/api/metadata.ts';
import { errorText } from '../client/error.ts';
import { chunks } from '../model/piece.ts';
import type { Cluster } from '../route/ask.ts';

/**
 * `gone`: there is no such partition any more. `changed`: it has other replicas than before and after the move, or
 * somebody else moves it.
 */
export type MoveState = 'done' | 'moving' | 'waiting' | 'gone' | 'changed';

export type Found = {
  readonly move: LeaderChange;
  readonly state: MoveState;
  /** Absent: gone. */
  readonly partition?: MetadataPartition;
};

/** Pure. */
export const stateOf = (
  { from, to }: Pick<LeaderChange, 'from' | 'to'>,
  partition: Pick<MetadataPartition, 'replicas'> | undefined,
  underWay: Reassignment | undefined,
): MoveState => {
  if (partition === undefined) return 'gone';
  if (underWay !== undefined) return isSame(targetOf(underWay), to) ? 'moving' : 'changed';
  if (isSame(partition.replicas, to)) return 'done';
  if (isSame(partition.replicas, from)) return 'waiting';
  const copies = to.some((id) => !from.includes(id));
  return copies && isSameSet(partition.replicas, to) ? 'done' : 'changed';
};

/** What it has when it is done. Those that go stand behind. */
export const targetOf = ({ replicas, removing }: Pick<Reassignment, 'replicas' | 'removing'>): readonly number[] =>
  replicas.filter((id) => !removing.includes(id));

export const isSame = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((id, at) => id === b[at]);

/** In whatever order. */
export const isSameSet = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((id) => b.includes(id));

/** Everything that is being moved now, by the name of the partition. */
export const reassignments = async ({ controller, signal }: Cluster): Promise<ReadonlyMap<string, Reassignment>> => {
  const node = await controller();
  const {
    errorCode,
    errorMessage,
    reassignments: all,
  } = await node.call(listPartitionReassignments, { timeoutMs: listMs }, signal);
  if (errorCode !== 0) throw new Error(`what is being moved cannot be told: ${errorText(errorCode, errorMessage)}`);
  return new Map(all.map((each) => [`${each.topic}-${each.partition}`, each]));
};

const listMs = 5_000;

/** Topics asked for at a time. */
const topicsMax = 500;

/** What is under way is asked first: what is not any more, metadata tell soon after, not before. */
export const findMoves = async (cluster: Cluster, moves: readonly LeaderChange[]): Promise<readonly Found[]> => {
  const underWay = await reassignments(cluster);
  const partitions = new Map<string, MetadataPartition>();
  for (const names of chunks([...new Set(moves.map(({ topic }) => topic))], topicsMax)) {
    const { topics } = await cluster.node.call(metadata, { topics: names }, cluster.signal);
    for (const { name, errorCode, partitions: own } of topics)
      if (errorCode === 0) for (const each of own) partitions.set(`${name}-${each.index}`, each);
  }
  return moves.map((move): Found => {
    const name = partitionName(move);
    const partition = partitions.get(name);
    const state = stateOf(move, partition, underWay.get(name));
    return { move, state, ...(partition === undefined ? {} : { partition }) };
  });
};
