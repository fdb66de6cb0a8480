/** The hard goals: racks, brokers that are to be empty, disks and maxima. */
import { DISK, REPLICAS, RESOURCES } from '../layout.ts';
import type { Search } from '../search.ts';

/** Each replica of these brokers to the best place for it; the largest first. */
export const evacuate = (search: Search, brokers: readonly number[]): void => {
  const { layout } = search;
  for (const slot of bySize(
    search,
    brokers.flatMap((b) => layout.held[b] ?? []),
  )) {
    const to = bestPlace(search, slot);
    if (to >= 0) layout.move(slot, to);
  }
};

/** Replicas that are one too many for their rack go to one that may have more. */
export const repairRacks = (search: Search): void => {
  const { layout, racks } = search;
  for (let p = 0; p < layout.partitions; p += 1) {
    let faults = racks.faults(p);
    while (faults > 0) {
      const [slot, to] = bestRepair(search, p);
      if (slot < 0) break;
      layout.move(slot, to);
      faults = racks.faults(p);
    }
  }
};

const bestRepair = (search: Search, p: number): readonly [slot: number, to: number] => {
  const { layout, racks } = search;
  let best: readonly [number, number] = [-1, -1];
  let least = Infinity;
  const end = layout.first[p + 1] ?? 0;
  for (let slot = layout.first[p] ?? 0; slot < end; slot += 1) {
    for (let to = 0; to < layout.brokers; to += 1) {
      if (racks.change(slot, to) >= 0 || !search.fits(slot, to)) continue;
      const strain = strainOf(search, slot, to) - strainNow(search, slot);
      if (strain < least) [least, best] = [strain, [slot, to]];
    }
  }
  return best;
};

/** Brokers with more on their disks, or more replicas, than they may have give some away, however the rest then is. */
export const relieve = (search: Search, r: typeof DISK | typeof REPLICAS): void => {
  const { layout, bands } = search;
  for (let b = 0; b < layout.brokers; b += 1) {
    if (layout.stays[b] !== 1) continue;
    const most = r === DISK ? (bands.disk[b] ?? 0) : bands.replicas;
    const over = (): number => (layout.load[r * layout.brokers + b] ?? 0) - most;
    if (over() <= 0) continue;
    // The smallest that is enough alone, else the largest; of replicas, the fewest bytes.
    const slots = bySize(search, layout.held[b] ?? []);
    if (r === REPLICAS) slots.reverse();
    while (over() > 0 && slots.length > 0) {
      const from = r === DISK ? Math.max(0, lastWith(search, slots, over())) : 0;
      const [slot = 0] = slots.splice(from, 1);
      const to = bestPlace(search, slot);
      if (to >= 0) layout.move(slot, to);
    }
  }
};

const lastWith = (search: Search, slots: readonly number[], bytes: number): number =>
  slots.findLastIndex((slot) => (search.layout.size[search.layout.owner[slot] ?? 0] ?? 0) >= bytes);

/** Largest first; of equals the one with the lower place. */
const bySize = ({ layout }: Search, slots: readonly number[]): number[] =>
  slots.toSorted(
    (a, b) => (layout.size[layout.owner[b] ?? 0] ?? 0) - (layout.size[layout.owner[a] ?? 0] ?? 0) || a - b,
  );

/** Where racks are mended most, then where it strains least; -1: nowhere. */
const bestPlace = (search: Search, slot: number): number => {
  const { layout, racks } = search;
  let best = -1;
  let [leastFaults, least] = [Infinity, Infinity];
  for (let to = 0; to < layout.brokers; to += 1) {
    if (layout.receives[to] !== 1 || !search.fits(slot, to)) continue;
    const faults = racks.change(slot, to);
    if (faults > leastFaults) continue;
    const strain = strainOf(search, slot, to);
    if (faults < leastFaults || strain < least) [leastFaults, least, best] = [faults, strain, to];
  }
  return best;
};

/** How much farther from the means, and above all from the bands, a broker gets by one more slot. */
const strainOf = (search: Search, slot: number, to: number): number => {
  search.left -= 1;
  search.layout.weigh(slot, unit);
  return strain(search, to, 1) - strain(search, to, 0);
};

/** The same of the broker that has it. */
const strainNow = (search: Search, slot: number): number => {
  search.layout.weigh(slot, unit);
  const from = search.layout.at[slot] ?? 0;
  return strain(search, from, 0) - strain(search, from, -1);
};

const unit = new Float64Array(RESOURCES);

const strain = (search: Search, b: number, times: number): number => {
  const { layout, bands, scale } = search;
  let sum = 0;
  for (let r = 0; r < RESOURCES; r += 1) {
    const i = r * layout.brokers + b;
    const load = (layout.load[i] ?? 0) + times * (unit[r] ?? 0);
    const [off, out] = [load - (bands.mean[i] ?? 0), search.outside(i, load)];
    sum += (off * off + 10 * out * out) * (scale[r] ?? 0) ** 2;
  }
  return sum;
};
