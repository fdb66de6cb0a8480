/** What one change would do to the goals, and whether it may be made at all. */
import type { Bands } from './band.ts';
import { DISK, LEADERS, OUT, REPLICAS, RESOURCES, type Layout } from './layout.ts';
import type { Racks } from './racks.ts';
import { randomOf } from './random.ts';

/** The place of topics among the soft goals, after the resources. */
export const TOPICS = RESOURCES;

/** How much of a topic's surplus replica counts, against the replicas of a broker. */
const TOPIC_WEIGHT = 50;

/** A drop of less than this is only rounding. */
export const ROUNDING = 1e-13;

/** So much, in means, a broker may be out of its band and still count as in it. */
const HAIR = 1e-6;

export class Search {
  readonly layout: Layout;
  readonly racks: Racks;
  readonly bands: Bands;
  readonly random = randomOf(1);
  /** By soft goal: how much further out of the bands all brokers together would be, by what was judged last. */
  readonly change = new Float64Array(RESOURCES + 1);
  /** By resource: one divided by the mean of a broker. */
  readonly scale = new Float64Array(RESOURCES);
  /** Below this a change is nothing but rounding, by soft goal. */
  readonly #noise = new Float64Array(RESOURCES + 1);
  readonly #unit = new Float64Array(RESOURCES);
  readonly #other = new Float64Array(RESOURCES);
  /** What the broker that gives is then farther out of its bands, by resource; and how much nearer, squared, in all. */
  readonly #left = new Float64Array(RESOURCES);
  #freed = 0;
  #lifted = 0;
  /** What a replica that is not too many for its topic any more counts, as `judge` counts. */
  readonly topicWeight: number;
  /** What a move costs besides its bytes, so that one of an empty partition is not free. */
  readonly #fixed: number;
  /** Changes that may still be looked at. */
  left: number;

  constructor(layout: Layout, racks: Racks, bands: Bands, work: number) {
    this.layout = layout;
    this.racks = racks;
    this.bands = bands;
    this.left = work;
    const staying = Math.max(1, racks.brokers);
    for (let r = 0; r < RESOURCES; r += 1) {
      let total = 0;
      for (let b = 0; b < layout.brokers; b += 1) total += layout.load[r * layout.brokers + b] ?? 0;
      this.scale[r] = total > 0 ? staying / total : 0;
      this.#noise[r] = (total / staying) * 1e-9;
    }
    this.topicWeight = TOPIC_WEIGHT * (this.scale[REPLICAS] ?? 0) ** 2;
    const bytes = layout.size.reduce((sum, size) => sum + size, 0) / Math.max(1, layout.partitions);
    this.#fixed = bytes > 0 ? bytes * 1e-3 : 1;
  }

  /** How far out of its band; `i` is of a resource and broker. */
  outside(i: number, load: number): number {
    const high = this.bands.high[i] ?? 0;
    if (load > high) return load - high;
    const low = this.bands.low[i] ?? 0;
    return load < low ? low - load : 0;
  }

  /** How far a broker is out of its band, in means. */
  distance(r: number, b: number): number {
    const i = r * this.layout.brokers + b;
    const far = this.outside(i, this.layout.load[i] ?? 0) * (this.scale[r] ?? 0);
    return far > HAIR ? far : 0;
  }

  /** May the slot go there, for racks, disks and maxima? */
  fits(slot: number, to: number): boolean {
    const { layout, bands } = this;
    if (layout.receives[to] !== 1) return false;
    const p = layout.owner[slot] ?? 0;
    if (layout.lost[p] === 1 || layout.has(p, to)) return false;
    if ((layout.load[DISK * layout.brokers + to] ?? 0) + (layout.size[p] ?? 0) > (bands.disk[to] ?? 0)) return false;
    if ((layout.load[REPLICAS * layout.brokers + to] ?? 0) + 1 > bands.replicas) return false;
    return this.racks.change(slot, to) <= 0;
  }

  /** How much nearer to the bands the move gets all brokers: squared, so that the farthest count most. Fills `change`. */
  judge(slot: number, to: number): number {
    this.lift(slot);
    return this.lay(to);
  }

  /** What does not depend on where the slot goes; then `lay` judges one place after the other. */
  lift(slot: number): void {
    this.layout.weigh(slot, this.#unit);
    this.#lifted = slot;
    this.#leave(this.layout.at[slot] ?? 0);
  }

  lay(to: number): number {
    const drop = this.layLoads(to);
    return drop + this.layTopic(to);
  }

  /** The loads alone. */
  layLoads(to: number): number {
    this.left -= 1;
    return this.#enter(to);
  }

  /** What the topic adds; never more than `topicWeight`. */
  layTopic(to: number): number {
    const surplus = this.#surplus(this.#lifted, to);
    this.change[TOPICS] = surplus;
    return -surplus * this.topicWeight;
  }

  /** The same of two slots that change places. */
  judgeSwap(slot: number, other: number): number {
    this.left -= 1;
    const { layout } = this;
    layout.weigh(slot, this.#unit);
    layout.weigh(other, this.#other);
    for (let r = 0; r < RESOURCES; r += 1) this.#unit[r] = (this.#unit[r] ?? 0) - (this.#other[r] ?? 0);
    const [from, to] = [layout.at[slot] ?? 0, layout.at[other] ?? 0];
    const surplus = this.#surplus(slot, to) + this.#surplus(other, from);
    this.change[TOPICS] = surplus;
    this.#leave(from);
    return this.#enter(to) - surplus * this.topicWeight;
  }

  /** The same of a slot that becomes the leader. */
  judgeLead(slot: number): number {
    this.left -= 1;
    const { layout } = this;
    const p = layout.owner[slot] ?? 0;
    this.#unit.fill(0);
    this.#unit[OUT] = layout.out(p);
    this.#unit[LEADERS] = 1;
    this.change[TOPICS] = 0;
    this.#leave(layout.at[layout.first[p] ?? 0] ?? 0);
    return this.#enter(layout.at[slot] ?? 0);
  }

  /** Is what was judged last better, the first goal that it changes counting alone? */
  get better(): boolean {
    for (let g = 0; g < this.change.length; g += 1) {
      const change = this.change[g] ?? 0;
      if (Math.abs(change) > (this.#noise[g] ?? 0)) return change < 0;
    }
    return false;
  }

  /** Is it worse for no goal? */
  get harmless(): boolean {
    return this.harmlessTo(this.change.length);
  }

  /** Is it worse for none of the first so many soft goals? */
  harmlessTo(goals: number): boolean {
    for (let g = 0; g < goals; g += 1) if ((this.change[g] ?? 0) > (this.#noise[g] ?? 0)) return false;
    return true;
  }

  /** What a move costs, in bytes; next to nothing when they are moved anyway. */
  price(slot: number, to: number): number {
    return Math.max(0, this.layout.cost(slot, to)) + this.#fixed;
  }

  #leave(from: number): void {
    const { load, brokers } = this.layout;
    this.#freed = 0;
    for (let r = 0; r < RESOURCES; r += 1) {
      const i = r * brokers + from;
      const here = load[i] ?? 0;
      const before = this.outside(i, here);
      const after = this.outside(i, here - (this.#unit[r] ?? 0));
      const scale = this.scale[r] ?? 0;
      this.#left[r] = after - before;
      this.#freed += (before * before - after * after) * scale * scale;
    }
  }

  #enter(to: number): number {
    const { load, brokers } = this.layout;
    let drop = this.#freed;
    for (let r = 0; r < RESOURCES; r += 1) {
      const unit = this.#unit[r] ?? 0;
      let change = this.#left[r] ?? 0;
      if (unit !== 0) {
        const i = r * brokers + to;
        const there = load[i] ?? 0;
        const before = this.outside(i, there);
        const after = this.outside(i, there + unit);
        const scale = this.scale[r] ?? 0;
        change += after - before;
        drop += (before * before - after * after) * scale * scale;
      }
      this.change[r] = change;
    }
    return drop;
  }

  /** How many more replicas of its topic are too many. */
  #surplus(slot: number, to: number): number {
    const { layout, bands } = this;
    const t = layout.topic[layout.owner[slot] ?? 0] ?? 0;
    const most = bands.topic[t] ?? 0;
    const row = t * layout.brokers;
    const here = layout.spread[row + (layout.at[slot] ?? 0)] ?? 0;
    const there = layout.spread[row + to] ?? 0;
    return (there >= most ? 1 : 0) - (here > most ? 1 : 0);
  }
}
