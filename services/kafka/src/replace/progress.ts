/** How far a broker is that copies what it lacks, and what to say of it. */
import { partitionName } from '../balance/model.ts';
import type { Partition } from '../cluster/view.ts';
import { memory } from '../memory.ts';
import { lookAt } from '../move/look.ts';
import { Progress, progressText, type Seen } from '../move/progress.ts';
import { ratesNow } from '../move/rates.ts';
import { Recent } from '../recent.ts';
import type { Cluster } from '../route/ask.ts';
import { catchUpMoves } from './moves.ts';

type Watched = { readonly progress: Progress; readonly seen: Seen; readonly seenMs: number };

/** For as long as this thread lives. */
const watched = memory(() => new Recent<Watched>(64));

/** Every leader is asked for sizes: not each second. */
const lookMs = 3_000;

/**
 * `7 of 12 partitions, 86 MiB of 120 MiB, ...`. `key`: who waits for it, so that rates are those of one wait. Partitions are all
 * those that the broker is to have.
 */
export const catchUpText = async (
  cluster: Pick<Cluster, 'client' | 'node' | 'signal'>,
  key: string,
  id: number,
  partitions: readonly Partition[],
): Promise<string> => {
  const byName = new Map(partitions.map((each) => [partitionName(each), each]));
  const found = catchUpMoves(partitions, id).flatMap((move) => {
    const partition = byName.get(partitionName(move));
    if (partition === undefined) return [];
    return [{ move, partition, state: partition.isr.includes(id) ? ('done' as const) : ('moving' as const) }];
  });
  const last = watched().get(key);
  const nowMs = performance.now();
  const done = found.filter(({ state }) => state === 'done').length;
  if (last !== undefined && nowMs - last.seenMs < lookMs) return progressText({ ...last.seen, done }, last.progress);
  const [looked, rates] = await Promise.all([lookAt(cluster, found), ratesNow(cluster)]);
  const rate = rates.get(id);
  const seen: Seen = { ...looked, leftOut: [], ...(rate === undefined ? {} : { throttle: rate }) };
  const progress = last?.progress ?? new Progress();
  progress.add(nowMs, seen);
  watched().set(key, { progress, seen, seenMs: nowMs });
  return progressText(seen, progress);
};
