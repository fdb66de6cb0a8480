/** What any plan has to copy at least to bring every broker into its bands. */
import { DISK, IN, REPLICAS, type Layout } from './layout.ts';
import type { Search } from './search.ts';

/**
 * A broker with too much of something has to give away at least as many bytes as its replicas with most of that for a byte
 * have; one with too little has to be given them. What brokers give are different replicas, so that may be added up; so may
 * what they take of one resource. Replicas in the wrong rack have to move, whatever they load. Who leads costs nothing.
 */
export const lowerBound = (search: Search): number => {
  const { layout, racks } = search;
  let given = 0;
  for (let b = 0; b < layout.brokers; b += 1) given += bytesGiven(search, b);
  let misplaced = 0;
  for (let p = 0; p < layout.partitions; p += 1)
    if (layout.lost[p] !== 1) misplaced += racks.faults(p) * (layout.size[p] ?? 0);
  return Math.max(given, misplaced, ...[DISK, IN, REPLICAS].map((r) => bytesTaken(search, r)));
};

const bytesGiven = (search: Search, b: number): number => {
  const { layout, bands } = search;
  let most = surplusBytes(search, b);
  for (const r of [DISK, IN, REPLICAS]) {
    const i = r * layout.brokers + b;
    const over = (layout.load[i] ?? 0) - (bands.high[i] ?? 0);
    if (search.distance(r, b) === 0 || over <= 0) continue;
    const slots = (layout.held[b] ?? []).filter((slot) => layout.lost[layout.owner[slot] ?? 0] !== 1);
    const owners = Int32Array.from(slots, (slot) => layout.owner[slot] ?? 0);
    most = Math.max(most, r === DISK ? Math.min(over, sizeOf(layout, owners)) : cheapest(layout, r, owners, over, 1));
  }
  return most;
};

/** The smallest replicas of what a broker has too many of a topic. */
const surplusBytes = ({ layout, bands }: Search, b: number): number => {
  if (layout.stays[b] !== 1) return 0;
  const surplus = new Map<number, number[]>();
  for (const slot of layout.held[b] ?? []) {
    const p = layout.owner[slot] ?? 0;
    const t = layout.topic[p] ?? 0;
    if ((layout.spread[t * layout.brokers + b] ?? 0) <= (bands.topic[t] ?? 0)) continue;
    const sizes = surplus.get(t) ?? [];
    surplus.set(t, sizes);
    sizes.push(layout.size[p] ?? 0);
  }
  let sum = 0;
  for (const [t, sizes] of surplus) {
    sizes.sort((x, y) => x - y);
    for (const size of sizes.slice(0, sizes.length - (bands.topic[t] ?? 0))) sum += size;
  }
  return sum;
};

const bytesTaken = (search: Search, r: number): number => {
  const { layout, bands } = search;
  let under = 0;
  for (let b = 0; b < layout.brokers; b += 1) {
    const i = r * layout.brokers + b;
    if (search.distance(r, b) > 0) under += Math.max(0, (bands.low[i] ?? 0) - (layout.load[i] ?? 0));
  }
  if (under === 0 || r === DISK) return under;
  const all = Int32Array.from({ length: layout.partitions }, (_, p) => p);
  return cheapest(layout, r, all, under, 0);
};

const sizeOf = (layout: Layout, partitions: Int32Array): number =>
  partitions.reduce((sum, p) => sum + (layout.size[p] ?? 0), 0);

/** The fewest bytes with so much of a resource; of the last partition a part is enough. `copies` 0: all that there are. */
const cheapest = (layout: Layout, r: number, partitions: Int32Array, wanted: number, copies: 0 | 1): number => {
  const worth = (p: number): number => (r === IN ? layout.in(p) : 1);
  const price = (p: number): number => (layout.size[p] ?? 0) / worth(p);
  const prices = Float64Array.from(partitions, price);
  const order = Int32Array.from(partitions.keys()).toSorted((x, y) => (prices[x] ?? 0) - (prices[y] ?? 0));
  let [left, bytes] = [wanted, 0];
  for (const at of order) {
    const p = partitions[at] ?? 0;
    if (worth(p) === 0) continue;
    const times = copies === 1 ? 1 : layout.copies(p);
    const part = Math.min(1, left / (worth(p) * times));
    bytes += part * times * (layout.size[p] ?? 0);
    left -= part * worth(p) * times;
    if (left <= 0) break;
  }
  return bytes;
};
