/** How many replicas of a partition each rack may and must have. */
import type { Layout } from './layout.ts';

/** For one number of replicas, by rack. `single`: no rack needs a second one. */
export type RackRange = { readonly least: Int32Array; readonly most: Int32Array; readonly single: boolean };

/**
 * As evenly as racks allow: none has a second replica while another one, with a broker to spare, has none; and so on for
 * further ones. Racks with fewer brokers than that are full. What is left over goes to any.
 */
export const rackRange = (members: Int32Array, replicas: number): RackRange => {
  const upTo = (level: number): number => members.reduce((sum, n) => sum + Math.min(n, level), 0);
  let level = 1;
  while (upTo(level) < replicas && upTo(level) < upTo(level + 1)) level += 1;
  const highest = members.map((n) => Math.min(n, level));
  const lowest = members.map((n) => Math.min(n, level - 1));
  const [most, least] = [upTo(level), upTo(level - 1)];
  return {
    single: level === 1,
    least: lowest.map((n, k) => Math.min(highest[k] ?? 0, Math.max(n, replicas - (most - (highest[k] ?? 0))))),
    most: highest.map((n, k) => Math.max(0, Math.min(n, replicas - (least - (lowest[k] ?? 0))))),
  };
};

export class Racks {
  readonly #layout: Layout;
  /** By rack: brokers that stay. */
  readonly members: Int32Array;
  /** Brokers that stay, in all racks. */
  readonly brokers: number;
  /** By number of replicas. */
  readonly #ranges: (RackRange | undefined)[] = [];
  readonly #counts: Int32Array;

  constructor(layout: Layout) {
    this.#layout = layout;
    this.members = new Int32Array(layout.racks);
    this.#counts = new Int32Array(layout.racks);
    layout.rack.forEach((k, b) => {
      if (layout.stays[b] === 1) this.members[k] = (this.members[k] ?? 0) + 1;
    });
    this.brokers = this.members.reduce((sum, n) => sum + n, 0);
  }

  range(replicas: number): RackRange {
    return (this.#ranges[replicas] ??= rackRange(this.members, replicas));
  }

  /** How many replicas of the partition have to change their rack. */
  faults(p: number): number {
    return this.#faults(p, -1, -1);
  }

  /** How many more (below zero: fewer) that are if the slot goes there. */
  change(slot: number, to: number): number {
    const { rack, owner, at, first } = this.#layout;
    const [out, into] = [rack[at[slot] ?? 0] ?? 0, rack[to] ?? 0];
    if (out === into) return 0;
    const p = owner[slot] ?? 0;
    const [begin, end] = [first[p] ?? 0, first[p + 1] ?? 0];
    const { most, single } = this.range(end - begin);
    if (!single) return this.#faults(p, slot, to) - this.#faults(p, -1, -1);
    // Too many in one rack are as many as there are too few in others.
    let [there, here] = [1, 0];
    for (let other = begin; other < end; other += 1) {
      const k = rack[at[other] ?? 0];
      if (k === out) here += 1;
      else if (k === into) there += 1;
    }
    return (there > (most[into] ?? 0) ? 1 : 0) - (here > (most[out] ?? 0) ? 1 : 0);
  }

  #faults(p: number, moved: number, to: number): number {
    const { first, at, rack } = this.#layout;
    const [begin, end] = [first[p] ?? 0, first[p + 1] ?? 0];
    const { least, most } = this.range(end - begin);
    const counts = this.#counts.fill(0);
    for (let slot = begin; slot < end; slot += 1) {
      const k = rack[slot === moved ? to : (at[slot] ?? 0)] ?? 0;
      counts[k] = (counts[k] ?? 0) + 1;
    }
    let [over, under] = [0, 0];
    for (let k = 0; k < counts.length; k += 1) {
      const n = counts[k] ?? 0;
      over += Math.max(0, n - (most[k] ?? 0));
      under += Math.max(0, (least[k] ?? 0) - n);
    }
    return Math.max(over, under);
  }
}
