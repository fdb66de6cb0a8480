/** Where every replica is and what that loads brokers with, in typed arrays: what a search changes. */
import type { Model, Partition } from './model.ts';

/** Resources by their place in `resources`. */
export const DISK = 0;
export const IN = 1;
export const OUT = 2;
export const LEADERS = 3;
export const REPLICAS = 4;
export const RESOURCES = 5;

/** A slot is one replica; the first slot of a partition is that of its leader. Brokers are known by their place. */
export class Layout {
  readonly model: Model;
  readonly brokers: number;
  readonly partitions: number;
  readonly slots: number;
  readonly topics: number;
  readonly racks: number;
  /** By broker. */
  readonly rack: Int32Array;
  /** By broker: may it have anything when all is done? */
  readonly stays: Uint8Array;
  /** By broker: may it be given replicas, may it be made a leader? Wishes narrow these. */
  readonly receives: Uint8Array;
  readonly leads: Uint8Array;
  /** By partition, and one more: where its slots begin. */
  readonly first: Int32Array;
  readonly topic: Int32Array;
  readonly size: Float64Array;
  /** By partition, side by side since they are read together: size, bytes in, bytes out, and one to spare. */
  readonly #loads: Float64Array;
  /** By partition: nothing can be copied, since all its replicas are on broken brokers. */
  readonly lost: Uint8Array;
  /** By slot. */
  readonly owner: Int32Array;
  readonly at: Int32Array;
  readonly origin: Int32Array;
  /** By resource and broker. */
  readonly load: Float64Array;
  /** By topic and broker: how many replicas. */
  readonly spread: Int32Array;
  /** By topic, and one more: where its partitions begin. */
  readonly topicFirst: Int32Array;
  /** By broker: its slots. */
  readonly held: readonly number[][];
  /** By slot: where it is in the list of its broker. */
  readonly #place: Int32Array;
  /** By slot: is it the first of its partition? Nearer at hand than where that begins. */
  readonly #leading: Uint8Array;

  /** The model is in order, see `ordered`. */
  constructor(model: Model) {
    const { brokers, partitions } = model;
    this.model = model;
    this.brokers = brokers.length;
    this.partitions = partitions.length;
    const racks = new Map<string, number>();
    this.rack = Int32Array.from(brokers, ({ id, rack }) => {
      const name = rack === undefined ? `broker ${id}` : `rack ${rack}`;
      const known = racks.get(name) ?? racks.size;
      racks.set(name, known);
      return known;
    });
    this.racks = racks.size;
    this.stays = Uint8Array.from(brokers, ({ state }) => (state === 'leaving' || state === 'broken' ? 0 : 1));
    this.receives = Uint8Array.from(brokers, ({ state = 'alive' }) => (state === 'alive' ? 1 : 0));
    this.leads = this.stays.slice();
    this.first = new Int32Array(partitions.length + 1);
    partitions.forEach(({ replicas }, p) => (this.first[p + 1] = (this.first[p] ?? 0) + replicas.length));
    this.slots = this.first[partitions.length] ?? 0;
    this.size = Float64Array.from(partitions, ({ sizeBytes }) => known(sizeBytes));
    this.#loads = new Float64Array(partitions.length * 4);
    partitions.forEach(({ sizeBytes, inBytes, outBytes }, p) =>
      this.#loads.set([known(sizeBytes), known(inBytes), known(outBytes)], p * 4),
    );
    this.lost = new Uint8Array(partitions.length);
    this.owner = new Int32Array(this.slots);
    this.at = new Int32Array(this.slots);
    this.#place = new Int32Array(this.slots);
    this.#leading = new Uint8Array(this.slots);
    for (const slot of this.first.subarray(0, partitions.length)) this.#leading[slot] = 1;
    this.topic = new Int32Array(partitions.length);
    this.topicFirst = Int32Array.from([...topicStarts(partitions), partitions.length]);
    this.topics = this.topicFirst.length - 1;
    this.load = new Float64Array(RESOURCES * this.brokers);
    this.spread = new Int32Array(this.topics * this.brokers);
    this.held = brokers.map(() => []);
    this.#settle(partitions);
    this.origin = this.at.slice();
  }

  #settle(partitions: readonly Partition[]): void {
    const places = new Map(this.model.brokers.map(({ id }, at) => [id, at]));
    for (let t = 0; t < this.topics; t += 1) this.topic.fill(t, this.topicFirst[t] ?? 0, this.topicFirst[t + 1] ?? 0);
    let slot = 0;
    partitions.forEach(({ replicas }, p) => {
      let readable = 0;
      for (const id of replicas) {
        const b = places.get(id) ?? 0;
        this.owner[slot] = p;
        if (this.model.brokers[b]?.state !== 'broken') readable += 1;
        this.#add(slot, b);
        slot += 1;
      }
      this.lost[p] = readable === 0 ? 1 : 0;
    });
  }

  /** What the slot loads its broker with. */
  weigh(slot: number, into: Float64Array): void {
    const p = this.owner[slot] ?? 0;
    const leads = this.#leading[slot] === 1;
    into[DISK] = this.#loads[p * 4] ?? 0;
    into[IN] = this.#loads[p * 4 + 1] ?? 0;
    into[OUT] = leads ? (this.#loads[p * 4 + 2] ?? 0) : 0;
    into[LEADERS] = leads ? 1 : 0;
    into[REPLICAS] = 1;
  }

  in(p: number): number {
    return this.#loads[p * 4 + 1] ?? 0;
  }

  out(p: number): number {
    return this.#loads[p * 4 + 2] ?? 0;
  }

  /** How many replicas the partition has. */
  copies(p: number): number {
    return (this.first[p + 1] ?? 0) - (this.first[p] ?? 0);
  }

  /** What loads the broker most with a resource. */
  largest(r: number, broker: number): { readonly p: number; readonly load: number } {
    const unit = new Float64Array(RESOURCES);
    let best = { p: 0, load: 0 };
    for (const slot of this.held[broker] ?? []) {
      this.weigh(slot, unit);
      if ((unit[r] ?? 0) > best.load) best = { p: this.owner[slot] ?? 0, load: unit[r] ?? 0 };
    }
    return best;
  }

  has(p: number, broker: number): boolean {
    const end = this.first[p + 1] ?? 0;
    for (let slot = this.first[p] ?? 0; slot < end; slot += 1) if (this.at[slot] === broker) return true;
    return false;
  }

  /** Did the broker have the partition at first? */
  had(p: number, broker: number): boolean {
    const end = this.first[p + 1] ?? 0;
    for (let slot = this.first[p] ?? 0; slot < end; slot += 1) if (this.origin[slot] === broker) return true;
    return false;
  }

  /** Bytes that have to be copied more (or less, below zero) if the slot goes there. */
  cost(slot: number, to: number): number {
    const p = this.owner[slot] ?? 0;
    const size = this.size[p] ?? 0;
    return (this.had(p, to) ? 0 : size) - (this.had(p, this.at[slot] ?? 0) ? 0 : size);
  }

  /** Everything where it was when `at` was copied. */
  restore(at: Int32Array): void {
    for (let slot = 0; slot < this.slots; slot += 1) {
      const was = at[slot] ?? 0;
      if (was !== this.at[slot]) this.move(slot, was);
    }
  }

  move(slot: number, to: number): void {
    this.#remove(slot);
    this.#add(slot, to);
  }

  /** The slot's broker leads from now on; the leader's takes its place in the order. */
  lead(slot: number): void {
    const leader = this.first[this.owner[slot] ?? 0] ?? 0;
    const [from, to] = [this.at[leader] ?? 0, this.at[slot] ?? 0];
    this.#remove(slot);
    this.#remove(leader);
    this.#add(leader, to);
    this.#add(slot, from);
  }

  #add(slot: number, broker: number): void {
    const list = this.held[broker];
    if (list === undefined) return;
    this.at[slot] = broker;
    this.#place[slot] = list.length;
    list.push(slot);
    this.#count(slot, broker, 1);
  }

  #remove(slot: number): void {
    const broker = this.at[slot] ?? 0;
    const list = this.held[broker];
    const last = list?.pop();
    if (list === undefined || last === undefined) return;
    if (last !== slot) {
      const place = this.#place[slot] ?? 0;
      list[place] = last;
      this.#place[last] = place;
    }
    this.#count(slot, broker, -1);
  }

  #count(slot: number, broker: number, sign: 1 | -1): void {
    const { load, brokers } = this;
    const p = this.owner[slot] ?? 0;
    const spread = (this.topic[p] ?? 0) * brokers + broker;
    this.spread[spread] = (this.spread[spread] ?? 0) + sign;
    const add = (resource: number, amount: number): void => {
      const i = resource * brokers + broker;
      load[i] = (load[i] ?? 0) + sign * amount;
    };
    add(DISK, this.size[p] ?? 0);
    add(IN, this.in(p));
    add(REPLICAS, 1);
    if (this.first[p] !== slot) return;
    add(OUT, this.out(p));
    add(LEADERS, 1);
  }
}

const known = (value: number | undefined): number =>
  value !== undefined && Number.isFinite(value) && value > 0 ? value : 0;

const topicStarts = (partitions: readonly Partition[]): readonly number[] =>
  partitions.flatMap(({ topic }, p) => (partitions[p - 1]?.topic === topic ? [] : [p]));
