/** What a replace comes to: looked at now, or as it was shown a moment ago. */
import { PackageError, type MadePlanContext } from '@warder/sdk';
import type { LeaderChange } from '../balance/proposal.ts';
import { partitionName } from '../balance/model.ts';
import { memory } from '../memory.ts';
import { neededRate, sensibleRate } from '../move/lists.ts';
import { readModel } from '../rebalance/look.ts';
import { holdsMs } from '../rebalance/kept.ts';
import { Recent } from '../recent.ts';
import { withCluster } from '../route/ask.ts';
import { catchUpMoves } from './moves.ts';
import { standingOf } from './problems.ts';
import type { Wish } from './wish.ts';

export type Look = {
  readonly wish: Wish;
  readonly moves: readonly LeaderChange[];
  /** What it will have to copy. */
  readonly bytes: number;
  /** Absent: no throttle. */
  readonly rate?: number;
  readonly needed: ReturnType<typeof neededRate>;
};

type Kept = { readonly look: Look; readonly atMs: number };

/** The last looks, for those who ask about the same dry run, and for the throttle that it has shown. */
const looks = memory(() => new Recent<Kept>(8));

/** So long it is the same dry run. */
const sameMs = 20_000;

const keyOf = ({ service, params }: MadePlanContext): string => JSON.stringify([service.uid, params]);

/** As it was found a moment ago; else anew. */
export const lookAgain = async (context: MadePlanContext, wish: Wish): Promise<Look> => {
  const last = looks().get(keyOf(context));
  return last !== undefined && performance.now() - last.atMs < sameMs ? last.look : lookAt(context, wish);
};

/** Throws a PackageError with everything that is in the way. */
export const lookAt = (context: MadePlanContext, wish: Wish): Promise<Look> =>
  withCluster(context, async (cluster) => {
    const { service } = context;
    const { view, problems } = await standingOf(cluster, service, wish.id, wish.throttle !== 'none');
    if (problems.length > 0)
      throw new PackageError('replace-refused', `broker ${wish.id} cannot be replaced: ${problems.join('; ')}`, 409);
    const model = await readModel(cluster, service);
    const moves = catchUpMoves(view.partitions, wish.id);
    const sizes = new Map(model.partitions.map((each) => [partitionName(each), each.sizeBytes ?? 0]));
    // Who leads now what it leads is known only when it is away.
    const leaders = new Map([...model.leaders].filter(([, leader]) => leader !== wish.id));
    const needed = neededRate(model, moves, leaders);
    const key = keyOf(context);
    const { throttle = usualRate(key, needed.bytesPerSecond) } = wish;
    const look: Look = {
      wish,
      moves,
      bytes: moves.reduce((sum, move) => sum + (sizes.get(partitionName(move)) ?? 0), 0),
      ...(throttle === 'none' ? {} : { rate: throttle }),
      needed,
    };
    looks().set(key, { look, atMs: performance.now() });
    return look;
  });

/** The same as was shown, while it is enough: what is approved then is what was shown. */
const usualRate = (key: string, needed: number): number => {
  const last = looks().get(key);
  const rate = last !== undefined && performance.now() - last.atMs < holdsMs ? last.look.rate : undefined;
  return rate !== undefined && rate > needed ? rate : sensibleRate(needed);
};
