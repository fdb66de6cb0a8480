/** Which brokers may be away at the same time: colouring the graph of those that share partitions. Pure. */
import type { Partition } from './view.ts';

export type BatchInput = {
  /** The ids of those that restart. */
  readonly brokers: readonly number[];
  /** So many together, at most. */
  readonly max: number;
  readonly partitions: readonly Partition[];
  /** By topic; a topic that is not in it is gone. */
  readonly minInSync: ReadonlyMap<string, number>;
  /** Those that vote as controllers too: never two of them together. */
  readonly voters: ReadonlySet<number>;
  /** The active controller, if it is one of them: alone, after all others. */
  readonly active?: number;
};

/**
 * How many in-sync replicas must be left. What has no more replicas than `min.insync.replicas` cannot take writes while
 * any is away, so of that one must be left for reads; a single replica is away whenever its broker is.
 */
const leftMin = ({ topic, replicas }: Partition, minInSync: ReadonlyMap<string, number>): number => {
  if (replicas.length === 1) return 0;
  const min = minInSync.get(topic);
  if (min === undefined) return 0;
  return replicas.length <= min ? 1 : Math.max(1, min);
};

/** The partitions that would be left with too few in-sync replicas if all of these were away. */
export const harmed = (
  away: ReadonlySet<number>,
  { partitions, minInSync }: Pick<BatchInput, 'partitions' | 'minInSync'>,
): readonly Partition[] =>
  partitions.filter(
    (each) =>
      each.replicas.some((id) => away.has(id)) &&
      each.isr.filter((id) => !away.has(id)).length < leftMin(each, minInSync),
  );

/**
 * Every broker in one batch. A batch of several is safe with all of them away; what is not safe even alone is alone, and
 * waits at its gate. Of two ways to order the colouring the one with fewer batches, so not always the fewest there are.
 */
export const batchesOf = (input: BatchInput): readonly (readonly number[])[] => {
  const last = input.brokers.filter((id) => id === input.active);
  const graph = graphOf(input);
  const ways = [colour(input, graph, byDegree), colour(input, graph, bySaturation)];
  const [best = []] = ways.toSorted((a, b) => a.length - b.length);
  const named = best.map((batch) => [...batch].toSorted((a, b) => a - b)).toSorted(([a = 0], [b = 0]) => a - b);
  return last.length === 0 ? named : [...named, last];
};

type Graph = {
  readonly partitionsOf: ReadonlyMap<number, readonly Partition[]>;
  /** Of each broker those that it cannot be away with. */
  readonly enemies: ReadonlyMap<number, ReadonlySet<number>>;
  /** Not safe even alone. */
  readonly lonely: ReadonlySet<number>;
};

const graphOf = (input: BatchInput): Graph => {
  const brokers = new Set(input.brokers.filter((id) => id !== input.active));
  const partitionsOf = new Map<number, Partition[]>([...brokers].map((id) => [id, []]));
  const enemies = new Map<number, Set<number>>([...brokers].map((id) => [id, new Set()]));
  const lonely = new Set<number>();
  for (const partition of input.partitions) {
    const spare = partition.isr.length - leftMin(partition, input.minInSync);
    const own = partition.replicas.filter((id) => brokers.has(id));
    for (const id of own) {
      partitionsOf.get(id)?.push(partition);
      const alone = partition.isr.includes(id) ? 1 : 0;
      if (alone > spare) lonely.add(id);
      for (const other of own)
        if (other !== id && alone + (partition.isr.includes(other) ? 1 : 0) > spare) enemies.get(id)?.add(other);
    }
  }
  for (const id of input.voters)
    for (const other of input.voters) if (other !== id && brokers.has(other)) enemies.get(id)?.add(other);
  return { partitionsOf, enemies, lonely };
};

/** The next to be placed. */
type Choice = (waiting: readonly number[], batches: readonly (readonly number[])[], graph: Graph) => number | undefined;

const degree = (graph: Graph, id: number): number => graph.enemies.get(id)?.size ?? 0;

const byDegree: Choice = (waiting, _batches, graph) =>
  waiting.toSorted((a, b) => degree(graph, b) - degree(graph, a) || a - b)[0];

/** First who is shut out of most batches already. */
const bySaturation: Choice = (waiting, batches, graph) => {
  const shut = new Map(
    waiting.map((id) => [
      id,
      batches.filter((batch) => batch.some((other) => graph.enemies.get(id)?.has(other) === true)).length,
    ]),
  );
  const saturation = (id: number): number => shut.get(id) ?? 0;
  return waiting.toSorted((a, b) => saturation(b) - saturation(a) || degree(graph, b) - degree(graph, a) || a - b)[0];
};

const colour = (input: BatchInput, graph: Graph, pick: Choice): readonly (readonly number[])[] => {
  const batches: number[][] = [];
  let waiting = [...graph.enemies.keys()];
  for (let id = pick(waiting, batches, graph); id !== undefined; id = pick(waiting, batches, graph)) {
    const next = id;
    waiting = waiting.filter((other) => other !== next);
    const open = batches.find((batch) => batch.length < input.max && mayJoin(next, batch, input, graph));
    if (open === undefined) batches.push([next]);
    else open.push(next);
  }
  return batches;
};

/** Also where each two may go together, all of them may not. */
const mayJoin = (id: number, batch: readonly number[], input: BatchInput, graph: Graph): boolean => {
  if ([id, ...batch].some((each) => graph.lonely.has(each))) return false;
  if (batch.some((other) => graph.enemies.get(id)?.has(other) === true)) return false;
  const partitions = graph.partitionsOf.get(id) ?? [];
  return harmed(new Set([...batch, id]), { partitions, minInSync: input.minInSync }).length === 0;
};
