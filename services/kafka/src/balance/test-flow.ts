/** The fewest replicas to move so that every broker has a number in a range and racks are well: exact, by min-cost flow. */
import type { Layout } from './layout.ts';
import type { Racks } from './racks.ts';

type Arc = { readonly to: number; room: number; readonly cost: number; readonly back: number };

/** Bellman and Ford's paths, one after the other: for networks of tests. */
class Network {
  readonly #arcs: Arc[] = [];
  readonly #from: number[][] = [];

  node(): number {
    this.#from.push([]);
    return this.#from.length - 1;
  }

  /** At least so much should flow, as far as it can; at most so much may. */
  join(from: number, to: number, least: number, most: number, cost: number): void {
    if (least > 0) this.#arc(from, to, least, cost - WANTED);
    if (most > least) this.#arc(from, to, most - least, cost);
  }

  #arc(from: number, to: number, room: number, cost: number): void {
    this.#from[from]?.push(this.#arcs.length);
    this.#arcs.push({ to, room, cost, back: this.#arcs.length + 1 });
    this.#from[to]?.push(this.#arcs.length);
    this.#arcs.push({ to: from, room: 0, cost: -cost, back: this.#arcs.length - 1 });
  }

  /** The cost of the cheapest greatest flow, and how much flows. */
  run(source: number, sink: number): { readonly cost: number; readonly flow: number } {
    let [cost, flow] = [0, 0];
    for (;;) {
      const { distance, by } = this.#paths(source);
      const far = distance[sink] ?? Infinity;
      if (far === Infinity) return { cost, flow };
      for (let node = sink; node !== source;) {
        const arc = this.#arcs[by[node] ?? 0];
        const back = this.#arcs[arc?.back ?? 0];
        if (arc === undefined || back === undefined) throw new Error('a path has a hole');
        arc.room -= 1;
        back.room += 1;
        node = back.to;
      }
      cost += far;
      flow += 1;
    }
  }

  #paths(source: number): { readonly distance: readonly number[]; readonly by: readonly number[] } {
    const distance = this.#from.map((_, node) => (node === source ? 0 : Infinity));
    const by = this.#from.map(() => -1);
    const queue = [source];
    const queued = new Set(queue);
    for (let node = queue.shift(); node !== undefined; node = queue.shift()) {
      queued.delete(node);
      for (const at of this.#from[node] ?? []) {
        const arc = this.#arcs[at];
        if (arc === undefined || arc.room === 0) continue;
        const far = (distance[node] ?? Infinity) + arc.cost;
        if (far >= (distance[arc.to] ?? Infinity) - 1e-9) continue;
        [distance[arc.to], by[arc.to]] = [far, at];
        if (!queued.has(arc.to)) queue.push(arc.to);
        queued.add(arc.to);
      }
    }
    return { distance, by };
  }
}

/** So much more than any cost that what is wanted comes first. */
const WANTED = 1e6;

/** The fewest moves; undefined: no plan has every broker in its range. Ranges are of whole numbers, by broker. */
export const fewestMoves = (
  layout: Layout,
  racks: Racks,
  least: readonly number[],
  most: readonly number[],
): number | undefined => {
  const network = new Network();
  const [source, sink] = [network.node(), network.node()];
  const brokers = least.map(() => network.node());
  let wanted = 0;
  brokers.forEach((broker, b) => {
    network.join(broker, sink, least[b] ?? 0, most[b] ?? 0, 0);
    wanted += least[b] ?? 0;
  });
  for (let p = 0; p < layout.partitions; p += 1) {
    const copies = layout.copies(p);
    const range = racks.range(copies);
    const node = network.node();
    network.join(source, node, 0, copies, 0);
    for (let k = 0; k < layout.racks; k += 1) {
      const rack = network.node();
      network.join(node, rack, range.least[k] ?? 0, range.most[k] ?? 0, 0);
      wanted += range.least[k] ?? 0;
      brokers.forEach((broker, b) => {
        if (layout.rack[b] === k && layout.stays[b] === 1) network.join(rack, broker, 0, 1, layout.had(p, b) ? 0 : 1);
      });
    }
  }
  const { cost, flow } = network.run(source, sink);
  const moves = cost + wanted * WANTED;
  return flow === layout.slots && moves < WANTED ? Math.round(moves) : undefined;
};
