/** Between which loads a broker is well: around its share of the whole, as far as racks allow one. */
import { DISK, IN, LEADERS, OUT, REPLICAS, RESOURCES, type Layout } from './layout.ts';
import type { Limits } from './model.ts';
import type { Racks } from './racks.ts';

/** By resource and broker. */
export type Bands = {
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly mean: Float64Array;
  /** By broker: what of its disk may be used; Infinity: not known. */
  readonly disk: Float64Array;
  readonly replicas: number;
  /** By topic: replicas on one broker. */
  readonly topic: Int32Array;
};

/** A share that has to lie in a range. */
type Share = { readonly weight: number; readonly least: number; readonly most: number };

export const bandsOf = (layout: Layout, racks: Racks, limits: Limits): Bands => {
  const { brokers } = layout;
  const disk = Float64Array.from(layout.model.brokers, ({ diskBytes }) =>
    diskBytes === undefined ? Infinity : diskBytes * limits.disk,
  );
  const mean = new Float64Array(RESOURCES * brokers);
  const ranges = rangesOf(layout, racks);
  for (let r = 0; r < RESOURCES; r += 1) mean.set(meansOf(layout, racks, r, ranges), r * brokers);
  const counts = (i: number): boolean => i >= LEADERS * brokers;
  // Of whole things a broker may always have the whole number next to its mean.
  const low = mean.map((m, i) => Math.min(m * (1 - limits.band), counts(i) ? Math.floor(m + 1e-6) : Infinity));
  const high = mean.map((m, i) => Math.max(m * (1 + limits.band), counts(i) ? Math.ceil(m - 1e-6) : 0));
  const cap = (i: number, most: number): void => {
    high[i] = Math.min(high[i] ?? 0, most);
    low[i] = Math.min(low[i] ?? 0, most);
  };
  for (let b = 0; b < brokers; b += 1) {
    cap(DISK * brokers + b, disk[b] ?? 0);
    cap(REPLICAS * brokers + b, limits.replicas);
  }
  return { low, high, mean, disk, replicas: limits.replicas, topic: topicLimits(layout, racks) };
};

/** At most twice the mean of a topic, and two more than the mean in any case. */
const topicLimits = (layout: Layout, racks: Racks): Int32Array =>
  Int32Array.from({ length: layout.topics }, (_, t) => {
    const [begin, end] = [layout.topicFirst[t] ?? 0, layout.topicFirst[t + 1] ?? 0];
    const mean = ((layout.first[end] ?? 0) - (layout.first[begin] ?? 0)) / Math.max(1, racks.brokers);
    return Math.ceil(mean) + Math.max(2, Math.ceil(mean));
  });

/** What a rack, and any one broker of it, may and must have of a resource. */
type RackLoad = { least: number; most: number; brokerLeast: number; brokerMost: number };

/** By resource and rack. */
const rangesOf = (layout: Layout, racks: Racks): readonly (readonly RackLoad[])[] => {
  const sums = new Map<number, Float64Array>();
  for (let p = 0; p < layout.partitions; p += 1) {
    const replicas = layout.copies(p);
    const sum = sums.get(replicas) ?? new Float64Array(RESOURCES);
    sums.set(replicas, sum);
    sum[DISK] = (sum[DISK] ?? 0) + (layout.size[p] ?? 0);
    sum[IN] = (sum[IN] ?? 0) + layout.in(p);
    sum[OUT] = (sum[OUT] ?? 0) + layout.out(p);
    sum[LEADERS] = (sum[LEADERS] ?? 0) + 1;
    sum[REPLICAS] = (sum[REPLICAS] ?? 0) + 1;
  }
  return Array.from({ length: RESOURCES }, (_, r) =>
    Array.from(racks.members, (members, k) => {
      const all: RackLoad = { least: 0, most: 0, brokerLeast: 0, brokerMost: 0 };
      for (const [replicas, sum] of sums) {
        const load = sum[r] ?? 0;
        const { least, most } = racks.range(replicas);
        const [few, many] = [least[k] ?? 0, most[k] ?? 0];
        if (r === OUT || r === LEADERS) {
          // Any replica can lead; only if all of them are here must the leader be.
          all.most += load * Math.min(1, many);
          all.brokerMost += load * Math.min(1, many);
          if (few >= replicas) all.least += load;
          if (few >= replicas && members === 1) all.brokerLeast += load;
        } else {
          all.least += load * few;
          all.most += load * many;
          if (few > 0 && few >= members) all.brokerLeast += load;
          all.brokerMost += load * Math.min(1, many);
        }
      }
      return all;
    }),
  );
};

const meansOf = (
  layout: Layout,
  racks: Racks,
  r: number,
  ranges: readonly (readonly RackLoad[])[],
): readonly number[] => {
  const { brokers } = layout.model;
  const staying = brokers.filter((_, b) => layout.stays[b] === 1);
  const weighted = r === DISK && staying.every(({ diskBytes = 0 }) => diskBytes > 0);
  const shares = brokers.map(({ state, diskBytes = 0 }, b): Share => {
    if (layout.stays[b] !== 1) return { weight: 0, least: 0, most: 0 };
    const range = ranges[r]?.[layout.rack[b] ?? 0];
    const most = state === 'cordoned' ? ownMost(layout, r, b) : (range?.brokerMost ?? 0);
    // Nobody can have less than the largest that it holds: what is left is shared by the others.
    const least = Math.max(range?.brokerLeast ?? 0, r === LEADERS || r === REPLICAS ? 0 : layout.largest(r, b).load);
    return { weight: weighted ? diskBytes : 1, least: Math.min(least, most), most };
  });
  const inRack = (k: number): readonly number[] => brokers.flatMap((_, b) => (layout.rack[b] === k ? [b] : []));
  const rackBrokers = Array.from(racks.members, (_, k) => inRack(k));
  const rackTotal = (k: number, level: number): number => {
    const range = ranges[r]?.[k];
    const sum = (rackBrokers[k] ?? []).reduce((all, b) => all + shareAt(shares[b], level), 0);
    return clamp(sum, range?.least ?? 0, range?.most ?? 0);
  };
  let total = 0;
  for (let b = 0; b < brokers.length; b += 1) total += layout.load[r * brokers.length + b] ?? 0;
  const level = levelFor(total, (at) => rackBrokers.reduce((sum, _, k) => sum + rackTotal(k, at), 0));
  const means = Array.from(brokers, () => 0);
  rackBrokers.forEach((own, k) => {
    const wanted = rackTotal(k, level);
    const inside = levelFor(wanted, (at) => own.reduce((sum, b) => sum + shareAt(shares[b], at), 0));
    for (const b of own) means[b] = shareAt(shares[b], inside);
  });
  return means;
};

/** What a broker that is given nothing can have at most: what is there, and to lead all of it. */
const ownMost = (layout: Layout, r: number, b: number): number => {
  if (r !== OUT && r !== LEADERS) return layout.load[r * layout.brokers + b] ?? 0;
  return (layout.held[b] ?? []).reduce((sum, slot) => {
    const p = layout.owner[slot] ?? 0;
    return sum + (r === OUT ? layout.out(p) : 1);
  }, 0);
};

const clamp = (value: number, least: number, most: number): number => Math.max(least, Math.min(most, value));

const shareAt = (share: Share | undefined, level: number): number =>
  share === undefined ? 0 : clamp(level * share.weight, share.least, share.most);

/** The level at which a sum that grows with it comes to the total. */
const levelFor = (total: number, sumAt: (level: number) => number): number => {
  let [low, high] = [0, 1];
  while (sumAt(high) < total && high < 1e300) high *= 2;
  for (let step = 0; step < 100; step += 1) {
    const middle = (low + high) / 2;
    if (sumAt(middle) < total) low = middle;
    else high = middle;
  }
  return high;
};
