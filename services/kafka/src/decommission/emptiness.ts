/** What a broker still has: by the metadata, and by what it says of its own disks. */
import { describeLogDirs } from '../client/api/describe-log-dirs.ts';
import { errorName } from '../client/error.ts';
import type { KafkaClient } from '../client/client.ts';
import type { ClusterView } from '../cluster/view.ts';
import { count, few } from '../cluster/words.ts';

export type Left = {
  /** Partitions that have, or are to have, a replica there. */
  readonly replicas: readonly string[];
  /** What lies on its disks, and in the metadata perhaps not any more. */
  readonly onDisk: readonly string[];
};

/** Rejects when the broker does not tell of its disks, or one of them has failed: then nobody knows. */
export const leftOn = async (
  client: KafkaClient,
  view: Pick<ClusterView, 'partitions' | 'seen'>,
  id: number,
  signal: AbortSignal,
): Promise<Left> => {
  const address = view.seen.get(id);
  if (address === undefined) throw new Error(`broker ${id} is not in the cluster: it cannot tell what it has`);
  const { errorCode, dirs } = await client.node(address).call(describeLogDirs, { topics: null }, signal);
  const failed = dirs.find((dir) => dir.errorCode !== 0);
  const error = failed?.errorCode ?? errorCode;
  if (error !== 0) throw new Error(`broker ${id} does not tell what is on its disks: ${errorName(error)}`);
  return {
    replicas: replicasOf(view, id),
    onDisk: dirs.flatMap(({ replicas }) => replicas).map(({ topic, partition }) => `${topic}-${partition}`),
  };
};

/** By the metadata alone. */
export const replicasOf = ({ partitions }: Pick<ClusterView, 'partitions'>, id: number): readonly string[] =>
  partitions.filter(({ replicas }) => replicas.includes(id)).map(({ topic, index }) => `${topic}-${index}`);

/** Undefined: nothing. */
export const leftText = (id: number, { replicas, onDisk }: Left): string | undefined => {
  if (replicas.length > 0) return `broker ${id} has ${count(replicas.length, 'replica')}: ${few(replicas)}`;
  if (onDisk.length > 0) return `broker ${id} still deletes ${count(onDisk.length, 'replica')}: ${few(onDisk)}`;
  return undefined;
};
