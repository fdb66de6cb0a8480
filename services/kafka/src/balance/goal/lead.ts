/** Leaders: who leads can be changed without a byte being copied. */
import { ROUNDING, type Search } from '../search.ts';

/** One partition more or fewer that the broker leads. `only` names the partitions that may change. */
export const leadMore = (
  search: Search,
  r: number,
  b: number,
  { strict, leaders }: { readonly strict: boolean; readonly leaders: number },
  only?: (p: number) => boolean,
): boolean => {
  const { layout, bands } = search;
  const i = r * layout.brokers + b;
  const gives = (layout.load[i] ?? 0) > (bands.high[i] ?? 0);
  if (!gives && layout.leads[b] !== 1) return false;
  let [best, most] = [-1, strict ? -Infinity : ROUNDING];
  const weigh = (slot: number): void => {
    if (layout.leads[layout.at[slot] ?? 0] !== 1) return;
    const drop = search.judgeLead(slot);
    if (drop > most && (!strict || search.better)) [best, most] = [slot, drop];
  };
  for (const slot of someHeld(search, b, leaders)) {
    const p = layout.owner[slot] ?? 0;
    const leader = layout.first[p] ?? 0;
    if ((leader === slot) !== gives || (only !== undefined && !only(p))) continue;
    if (!gives) {
      weigh(slot);
      continue;
    }
    const end = layout.first[p + 1] ?? 0;
    for (let follower = leader + 1; follower < end; follower += 1) weigh(follower);
  }
  if (best < 0) return false;
  layout.lead(best);
  return true;
};

/** A run of its slots from a place by chance: near each other in memory, and none twice. */
const someHeld = (search: Search, b: number, count: number): readonly number[] => {
  const held = search.layout.held[b] ?? [];
  if (held.length <= count) return held;
  const begin = search.random.below(held.length);
  return Array.from({ length: count }, (_, k) => held[(begin + k) % held.length] ?? 0);
};
