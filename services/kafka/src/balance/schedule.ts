/** In which batches moves are made, and how long that takes. */
import { partitionName, type Model } from './model.ts';
import type { Move } from './proposal.ts';

export type ScheduleLimits = {
  /** Copies that a broker takes, and gives, at a time. */
  readonly inPerBroker: number;
  readonly outPerBroker: number;
  /** Moves at a time in the whole cluster. */
  readonly moves: number;
  /** What a broker takes, and gives, in bytes a second. */
  readonly bytesPerSecond: number;
};

export const defaultScheduleLimits: Omit<ScheduleLimits, 'bytesPerSecond'> = {
  inPerBroker: 5,
  outPerBroker: 5,
  moves: 1_000,
};

export type Batch = {
  readonly moves: readonly Move[];
  readonly bytes: number;
  readonly seconds: number;
  /** Brokers whose disks are, until the batch is done, fuller than their capacity allows. */
  readonly tight: readonly number[];
};

export type Schedule = {
  /** One after the other: the next begins when all moves of the one before are done. */
  readonly batches: readonly Batch[];
  readonly seconds: number;
  /** What the broker with most to take or give needs, whatever the order. */
  readonly boundSeconds: number;
};

export type ScheduleInput = {
  readonly model: Pick<Model, 'brokers' | 'partitions'>;
  readonly moves: readonly Move[];
  readonly limits: ScheduleLimits;
  /** Who leads a partition now, by its name: bytes come from there. Absent: the first replica whose broker is not broken. */
  readonly leaders?: ReadonlyMap<string, number>;
};

/**
 * Largest first. A batch is begun by the broker that has most left to take or give, with its largest moves; others join as
 * long as the batch does not take longer for them. A disk is never filled over its capacity for a move, unless nothing else
 * is left.
 */
export const schedule = (input: ScheduleInput): Schedule => {
  const ports = new Ports(input);
  const { limits } = input;
  const boundSeconds = ports.most() / limits.bytesPerSecond;
  let waiting = input.moves.map((move) => ports.load(move)).toSorted(largestFirst);
  const batches: Batch[] = [];
  while (waiting.length > 0) {
    const chosen = nextBatch(ports, waiting, limits);
    const tight = ports.tight();
    const longest = ports.longest();
    waiting = waiting.filter((each) => !chosen.has(each));
    ports.done(chosen);
    batches.push({
      moves: [...chosen].map(({ move }) => move),
      bytes: [...chosen].reduce((sum, { move }) => sum + move.bytes, 0),
      seconds: longest / limits.bytesPerSecond,
      tight,
    });
  }
  return { batches, seconds: batches.reduce((sum, { seconds }) => sum + seconds, 0), boundSeconds };
};

/** A move with what it takes of each port: brokers are given to at one, and take from at another. */
type Loaded = {
  readonly move: Move;
  readonly name: string;
  readonly bytesEach: number;
  readonly source: number;
  readonly targets: readonly number[];
  readonly freed: readonly number[];
};

const largestFirst = (a: Loaded, b: Loaded): number =>
  b.move.bytes - a.move.bytes || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

const nextBatch = (ports: Ports, waiting: readonly Loaded[], limits: ScheduleLimits): ReadonlySet<Loaded> => {
  const chosen = new Set<Loaded>();
  const busiest = ports.busiest();
  const take = (each: Loaded, most: number): void => {
    if (chosen.size >= limits.moves || chosen.has(each) || !ports.takes(each, limits, most)) return;
    ports.begin(each);
    chosen.add(each);
  };
  for (const each of waiting) if (ports.isAt(each, busiest)) take(each, Infinity);
  const longest = ports.longest();
  for (const each of waiting) take(each, longest);
  // The busiest may wait for room on a disk that others have to free first.
  for (const each of waiting) if (chosen.size === 0) take(each, Infinity);
  const [first] = waiting;
  if (chosen.size === 0 && first !== undefined) {
    const emptiest = waiting.reduce((best, each) => (ports.excess(each) < ports.excess(best) ? each : best), first);
    ports.begin(emptiest);
    chosen.add(emptiest);
  }
  return chosen;
};

/** What each broker has to take and give: in all, and in the batch that is being made. */
class Ports {
  readonly #places: ReadonlyMap<number, number>;
  readonly #ids: readonly number[];
  readonly #leaders: ReadonlyMap<string, number>;
  readonly #broken: ReadonlySet<number>;
  readonly #capacity: Float64Array;
  readonly #disk: Float64Array;
  /** By port: what a broker takes is at its place, what it gives after those of all. */
  readonly #left: Float64Array;
  readonly #bytes: Float64Array;
  readonly #copies: Int32Array;
  readonly #brokers: number;

  constructor({ model, moves, leaders }: ScheduleInput) {
    const known = model.brokers.map(({ id }) => id);
    const named = moves.flatMap(({ from, to }) => [...from, ...to]);
    this.#ids = [...new Set([...known, ...named])].toSorted((a, b) => a - b);
    this.#brokers = this.#ids.length;
    this.#places = new Map(this.#ids.map((id, at) => [id, at]));
    this.#leaders = leaders ?? new Map();
    this.#broken = new Set(model.brokers.filter(({ state }) => state === 'broken').map(({ id }) => id));
    this.#capacity = new Float64Array(this.#brokers).fill(Infinity);
    for (const { id, diskBytes = Infinity } of model.brokers) this.#capacity[this.#place(id)] = diskBytes;
    this.#disk = new Float64Array(this.#brokers);
    for (const { replicas, sizeBytes = 0 } of model.partitions)
      for (const id of replicas) {
        const at = this.#places.get(id);
        if (at !== undefined) this.#disk[at] = (this.#disk[at] ?? 0) + sizeBytes;
      }
    this.#left = new Float64Array(2 * this.#brokers);
    this.#bytes = new Float64Array(2 * this.#brokers);
    this.#copies = new Int32Array(2 * this.#brokers);
    for (const move of moves) this.#addTo(this.#left, this.load(move), 1);
  }

  #place(id: number): number {
    return this.#places.get(id) ?? 0;
  }

  load(move: Move): Loaded {
    const name = partitionName(move);
    const added = move.to.filter((id) => !move.from.includes(id));
    const source = this.#leaders.get(name) ?? move.from.find((id) => !this.#broken.has(id)) ?? move.from[0] ?? -1;
    return {
      move,
      name,
      bytesEach: added.length === 0 ? 0 : move.bytes / added.length,
      source: this.#brokers + this.#place(source),
      targets: added.map((id) => this.#place(id)),
      freed: move.from.filter((id) => !move.to.includes(id)).map((id) => this.#place(id)),
    };
  }

  #addTo(sums: Float64Array, { source, targets, bytesEach }: Loaded, sign: 1 | -1): void {
    sums[source] = (sums[source] ?? 0) + sign * bytesEach * targets.length;
    for (const target of targets) sums[target] = (sums[target] ?? 0) + sign * bytesEach;
  }

  most(): number {
    return this.#left.reduce((most, each) => Math.max(most, each), 0);
  }

  busiest(): number {
    return this.#left.indexOf(this.most());
  }

  longest(): number {
    return this.#bytes.reduce((most, each) => Math.max(most, each), 0);
  }

  isAt({ source, targets }: Loaded, port: number): boolean {
    return source === port || targets.includes(port);
  }

  /** May the move join, if no broker may then have more bytes in the batch than so many? */
  takes(each: Loaded, limits: ScheduleLimits, most: number): boolean {
    const { source, targets, bytesEach } = each;
    const out = this.#copies[source] ?? 0;
    // One that needs more copies than are allowed goes when its leader gives nothing else.
    if (out > 0 && out + targets.length > limits.outPerBroker) return false;
    if ((this.#bytes[source] ?? 0) + bytesEach * targets.length > most) return false;
    for (const target of targets) {
      if ((this.#copies[target] ?? 0) >= limits.inPerBroker) return false;
      if ((this.#bytes[target] ?? 0) + bytesEach > most) return false;
    }
    return this.excess(each) <= 0;
  }

  /** By how much a disk would be too full, most of those that are given to. */
  excess({ targets, bytesEach }: Loaded): number {
    let most = -Infinity;
    for (const target of targets) {
      const used = (this.#disk[target] ?? 0) + (this.#bytes[target] ?? 0) + bytesEach;
      most = Math.max(most, used - (this.#capacity[target] ?? 0));
    }
    return bytesEach === 0 ? 0 : most;
  }

  begin(each: Loaded): void {
    this.#addTo(this.#bytes, each, 1);
    this.#copies[each.source] = (this.#copies[each.source] ?? 0) + each.targets.length;
    for (const target of each.targets) this.#copies[target] = (this.#copies[target] ?? 0) + 1;
  }

  /** Brokers that the batch fills more than they hold. */
  tight(): readonly number[] {
    return this.#ids.filter((_, at) => {
      const added = this.#bytes[at] ?? 0;
      return added > 0 && (this.#disk[at] ?? 0) + added > (this.#capacity[at] ?? 0);
    });
  }

  /** The batch is over: what was moved away is free. */
  done(chosen: ReadonlySet<Loaded>): void {
    for (const each of chosen) {
      this.#addTo(this.#left, each, -1);
      for (const target of each.targets) this.#disk[target] = (this.#disk[target] ?? 0) + each.bytesEach;
      for (const from of each.freed) this.#disk[from] = (this.#disk[from] ?? 0) - each.bytesEach;
    }
    this.#bytes.fill(0);
    this.#copies.fill(0);
  }
}
