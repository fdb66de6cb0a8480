/** Which replicas of one broker to move between its log dirs so that they are filled alike, by the fewest bytes. Pure. */

export type EvenReplica = {
  readonly topic: string;
  readonly partition: number;
  readonly bytes: number;
  /** It is on its way to this dir already, and stays. */
  readonly pinned?: boolean;
};

export type EvenDir = {
  readonly path: string;
  /** Of its file system. Absent: not known; then all dirs count as equal. */
  readonly capacityBytes?: number;
  /** What may be added to it. */
  readonly roomBytes: number;
  readonly replicas: readonly EvenReplica[];
};

export type DirMove = {
  readonly topic: string;
  readonly partition: number;
  readonly from: string;
  readonly to: string;
  readonly bytes: number;
};

export type Evened = {
  /** Largest first. */
  readonly moves: readonly DirMove[];
  readonly bytes: number;
  /** What any moves that bring all dirs into the band have to copy at least. */
  readonly bound: number;
  /** How far the dir that is furthest from its share is from it, as a part of it. */
  readonly before: number;
  readonly after: number;
};

/** How far from its share a dir may be, as a part of it. */
export const band = 0.1;

/** So many changes are looked at to make fewer bytes of what was found. */
const refineMax = 2_000_000;

const roundsMax = 20;

type Item = {
  readonly replica: EvenReplica;
  readonly name: string;
  readonly home: number;
  readonly bytes: number;
  at: number;
};

/** The same dirs and replicas, in whatever order, are always answered with the same moves. */
export const even = (told: readonly EvenDir[]): Evened => {
  const filling = new Filling(told.toSorted((a, b) => (a.path < b.path ? -1 : 1)));
  const [before, bound] = [filling.spread(), filling.bound()];
  // What goes by fewer bytes may let something else help.
  for (let round = 0; round < roundsMax && filling.improve(); round++) {
    while (filling.improve()) continue;
    filling.refine();
  }
  const moves = filling.moves();
  return { moves, bytes: moves.reduce((sum, { bytes }) => sum + bytes, 0), bound, before, after: filling.spread() };
};

class Filling {
  readonly #dirs: readonly EvenDir[];
  readonly #items: readonly Item[];
  readonly #share: readonly number[];
  readonly #used: number[];
  readonly #room: number[];
  readonly #movable = new Map<number, readonly Item[]>();

  constructor(dirs: readonly EvenDir[]) {
    this.#dirs = dirs;
    this.#items = dirs
      .flatMap(({ replicas }, home) =>
        replicas.map((replica) => ({
          replica,
          name: `${replica.topic}-${replica.partition}`,
          home,
          bytes: replica.bytes,
          at: home,
        })),
      )
      .toSorted((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1));
    this.#used = dirs.map(({ replicas }) => replicas.reduce((sum, { bytes }) => sum + bytes, 0));
    this.#room = dirs.map(({ roomBytes }) => roomBytes);
    this.#share = sharesOf(dirs);
  }

  /** Bytes that a dir with so many is outside of its band. */
  #outside(dir: number, used: number): number {
    const share = this.#share[dir] ?? 0;
    return Math.max(0, used - share * (1 + band), share * (1 - band) - used);
  }

  #usedBy(dir: number): number {
    return this.#used[dir] ?? 0;
  }

  /** By how much fewer bytes are outside of their bands when so many go from one dir to the other. */
  #gain(from: number, to: number, bytes: number): number {
    const [a, b] = [this.#usedBy(from), this.#usedBy(to)];
    return (
      this.#outside(from, a) + this.#outside(to, b) - this.#outside(from, a - bytes) - this.#outside(to, b + bytes)
    );
  }

  #fits(item: Item, to: number): boolean {
    return to === item.home || item.bytes <= (this.#room[to] ?? 0);
  }

  #move(item: Item, to: number): void {
    this.#used[item.at] = this.#usedBy(item.at) - item.bytes;
    this.#used[to] = this.#usedBy(to) + item.bytes;
    // What is copied needs room until the old one is gone, and what goes is not counted on.
    if (item.at !== item.home) this.#room[item.at] = (this.#room[item.at] ?? 0) + item.bytes;
    if (to !== item.home) this.#room[to] = (this.#room[to] ?? 0) - item.bytes;
    this.#movable.delete(item.at);
    this.#movable.delete(to);
    item.at = to;
  }

  /** Fullest and emptiest first, each measured by its share. */
  #pairs(): readonly (readonly [number, number])[] {
    const fill = (dir: number): number => this.#usedBy(dir) - (this.#share[dir] ?? 0);
    const order = this.#dirs.map((_, dir) => dir).toSorted((a, b) => fill(b) - fill(a) || a - b);
    return order.flatMap((from, at) =>
      order
        .slice(at + 1)
        .toReversed()
        .filter((to) => this.#outside(from, this.#usedBy(from)) > 0 || this.#outside(to, this.#usedBy(to)) > 0)
        .map((to) => [from, to] as const),
    );
  }

  /** The move, or else the exchange of two, that helps most for a byte. False: none helps. */
  improve(): boolean {
    for (const [from, to] of this.#pairs()) {
      const item = this.#bestMove(from, to);
      if (item === undefined) continue;
      this.#move(item, to);
      return true;
    }
    for (const [from, to] of this.#pairs()) {
      const found = this.#bestExchange(from, to);
      if (found === undefined) continue;
      this.#move(found[0], to);
      this.#move(found[1], from);
      return true;
    }
    return false;
  }

  /** What is in a dir and may move, largest first. */
  #at(dir: number): readonly Item[] {
    const known = this.#movable.get(dir);
    if (known !== undefined) return known;
    const found = this.#items.filter(({ at, bytes, replica }) => at === dir && bytes > 0 && replica.pinned !== true);
    this.#movable.set(dir, found);
    return found;
  }

  #bestMove(from: number, to: number): Item | undefined {
    let best: Item | undefined;
    let most = 0;
    for (const item of this.#at(from)) {
      const gain = this.#gain(from, to, item.bytes);
      if (!helps(gain) || !this.#fits(item, to) || gain / item.bytes <= most) continue;
      best = item;
      most = gain / item.bytes;
    }
    return best;
  }

  /** Of each in the fuller dir, the one in the other that leaves closest to what should go. */
  #bestExchange(from: number, to: number): readonly [Item, Item] | undefined {
    const others = this.#at(to);
    if (others.length === 0) return undefined;
    const want = Math.max(this.#outside(from, this.#usedBy(from)), this.#outside(to, this.#usedBy(to)));
    let best: readonly [Item, Item] | undefined;
    let most = 0;
    for (const item of this.#at(from)) {
      const near = nearest(others, item.bytes - want);
      for (const other of others.slice(Math.max(0, near - 1), near + 2)) {
        const gain = this.#gain(from, to, item.bytes - other.bytes);
        const ratio = gain / (item.bytes + other.bytes);
        if (!helps(gain) || ratio <= most || !this.#fits(item, to) || !this.#fits(other, from)) continue;
        best = [item, other];
        most = ratio;
      }
    }
    return best;
  }

  /** As even, by fewer bytes: what moved stays after all, or a smaller one goes in its place. */
  refine(): void {
    let left = refineMax;
    for (let again = true; again && left > 0;) {
      again = false;
      for (const moved of this.#items.filter(({ at, home }) => at !== home)) {
        if (left <= 0) return;
        if (moved.at === moved.home) continue;
        const candidates = this.#at(moved.home).filter(({ at, home, bytes }) => at === home && bytes < moved.bytes);
        left -= candidates.length + 1;
        const place = candidates.findLast((other) => this.#replaces(other, moved));
        const { at } = moved;
        if (!worse(this.#gain(at, moved.home, moved.bytes))) this.#move(moved, moved.home);
        else if (place !== undefined) {
          this.#move(moved, moved.home);
          this.#move(place, at);
        } else continue;
        again = true;
      }
    }
  }

  #replaces(other: Item, moved: Item): boolean {
    return !worse(this.#gain(moved.at, moved.home, moved.bytes - other.bytes)) && this.#fits(other, moved.at);
  }

  moves(): readonly DirMove[] {
    return this.#items
      .filter(({ at, home }) => at !== home)
      .map(({ replica: { topic, partition }, bytes, home, at }) => ({
        topic,
        partition,
        from: this.#dirs[home]?.path ?? '',
        to: this.#dirs[at]?.path ?? '',
        bytes,
      }));
  }

  spread(): number {
    return this.#share.reduce(
      (most, share, dir) => (share === 0 ? most : Math.max(most, Math.abs(this.#usedBy(dir) / share - 1))),
      0,
    );
  }

  /** What is too much somewhere has to leave, and what is missing somewhere has to come. */
  bound(): number {
    const over = this.#share.map((share, dir) => Math.max(0, this.#usedBy(dir) - share * (1 + band)));
    const under = this.#share.map((share, dir) => Math.max(0, share * (1 - band) - this.#usedBy(dir)));
    return Math.ceil(Math.max(sumOf(over), sumOf(under)));
  }
}

/**
 * What each dir should have: in proportion to their sizes. But a replica that is larger than that has to be somewhere, so its
 * dir has it for its share, and the others share what is left. Where two of them are in one dir, the emptiest is for the second.
 */
export const sharesOf = (dirs: readonly EvenDir[]): readonly number[] => {
  const capacities = dirs.map(({ capacityBytes }) => capacityBytes);
  const known = capacities.every((each) => each !== undefined && each > 0);
  const weights = capacities.map((each) => (known ? (each ?? 1) : 1));
  const used = dirs.map(({ replicas }) => sumOf(replicas.map(({ bytes }) => bytes)));
  const total = sumOf(used);
  const taken = new Map<number, number>();
  const share = (dir: number): number => {
    const rest = total - sumOf([...taken.values()]);
    const weight = sumOf(weights.filter((_, other) => !taken.has(other)));
    return taken.get(dir) ?? (rest * (weights[dir] ?? 0)) / weight;
  };
  const largest = dirs
    .flatMap(({ replicas }, home) => replicas.map(({ bytes }) => ({ bytes, home })))
    .toSorted((a, b) => b.bytes - a.bytes || a.home - b.home)
    .slice(0, dirs.length - 1);
  for (const { bytes, home } of largest) {
    const free = dirs.map((_, dir) => dir).filter((dir) => !taken.has(dir));
    const emptiest = free.toSorted((a, b) => (used[a] ?? 0) - (used[b] ?? 0) || a - b)[0] ?? home;
    const place = taken.has(home) ? emptiest : home;
    if (bytes <= share(place) * (1 + band)) break;
    taken.set(place, bytes);
  }
  return dirs.map((_, dir) => share(dir));
};

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0);

/** Bytes are whole; what is less comes from the shares. */
const helps = (gain: number): boolean => gain >= 0.5;
const worse = (gain: number): boolean => gain < -1e-3;

/** Where in the list, largest first, this many bytes would be. */
const nearest = (items: readonly Item[], bytes: number): number => {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((items[middle]?.bytes ?? 0) > bytes) low = middle + 1;
    else high = middle;
  }
  return Math.min(low, items.length - 1);
};
