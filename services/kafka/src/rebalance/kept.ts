/**
 * The last proposals, for as long as they hold. Sizes change all the time: what was shown in a dry run is what is done when
 * it is approved, not what would be proposed then.
 */
import { partitionName } from '../balance/model.ts';
import type { Partition } from '../cluster/view.ts';
import { brokersText, few } from '../cluster/words.ts';
import { memory } from '../memory.ts';
import { isSame } from '../move/state.ts';
import { Recent } from '../recent.ts';
import type { Look } from './made.ts';

type Kept = {
  readonly look: Look;
  readonly atMs: number;
  /** Why the one before it did not hold any more. */
  readonly changed: readonly string[];
};

const kept = memory(() => new Recent<Kept>(8));

/** Nobody approves what was shown longer ago. */
export const holdsMs = 15 * 60_000;

/** One that moves nothing is not kept: it says how things are now. */
export const keep = (key: string, look: Look, nowMs: number, changed: readonly string[]): void => {
  if (look.phases.length > 0) kept().set(key, { look, atMs: nowMs, changed });
  else kept().delete(key);
};

export type Held = { readonly look?: Look; readonly ageMs?: number; readonly changed: readonly string[] };

/** What was proposed, and what has changed since the one before; or only what has changed since, if it does not hold. */
export const held = (
  key: string,
  now: { readonly partitions: readonly Partition[]; readonly up: ReadonlySet<number> },
  nowMs: number,
): Held => {
  const proposals = kept();
  const own = proposals.get(key);
  if (own === undefined) return { changed: [] };
  const ageMs = nowMs - own.atMs;
  const changed = ageMs > holdsMs ? ['it was proposed too long ago'] : changes(own.look, now);
  if (changed.length > 0) proposals.delete(key);
  return changed.length > 0 ? { changed } : { look: own.look, ageMs, changed: own.changed };
};

/** Pure: why a proposal does not hold any more. */
export const changes = (
  { moves, leaders }: Pick<Look, 'moves' | 'leaders'>,
  { partitions, up }: { readonly partitions: readonly Partition[]; readonly up: ReadonlySet<number> },
): readonly string[] => {
  const present = new Map(partitions.map((each) => [partitionName(each), each.replicas]));
  const all = [...moves, ...leaders];
  const gone = all.filter((each) => !present.has(partitionName(each)));
  const other = all.filter((each) => !isSame(present.get(partitionName(each)) ?? each.from, each.from));
  const away = [...new Set(moves.flatMap(({ from, to }) => to.filter((id) => !from.includes(id) && !up.has(id))))];
  return [
    ...(gone.length === 0 ? [] : [`gone: ${few(gone.map(partitionName))}`]),
    ...(other.length === 0 ? [] : [`other replicas than before: ${few(other.map(partitionName))}`]),
    ...(away.length === 0 ? [] : [`${brokersText(away.toSorted((a, b) => a - b))} not in the cluster any more`]),
  ];
};
