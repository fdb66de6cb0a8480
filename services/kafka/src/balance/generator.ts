/** Clusters by chance, for tests and benches: skewed as Cruise Control's random cluster is, and worse. */
import type { Broker, Model, Partition } from './model.ts';
import { randomOf, type Random } from './random.ts';

export type Generated = {
  readonly seed: number;
  readonly brokers: number;
  readonly racks: number;
  readonly replicas: number;
  readonly topics: number;
  /** Replicas of a partition: of each topic one number in this range. */
  readonly copies: readonly [least: number, most: number];
  /** How the chance of a broker to be given a replica grows with its place. */
  readonly placed: 'uniform' | 'linear' | 'exponential';
  /** Are replicas placed in different racks? */
  readonly rackAware: boolean;
  /** How loads of partitions are spread around their means. */
  readonly tail: 'exponential' | 'pareto';
  /** Of sizes, bytes in and bytes out of a partition. */
  readonly mean: number;
  /** Of one broker. */
  readonly diskBytes: number;
  /** Every second broker has a disk so much larger. */
  readonly diskFactor: number;
  /** Topics with a single, nearly empty partition, besides the others. */
  readonly tiny: number;
  /** Brokers at the end that have nothing yet. */
  readonly fresh: number;
  /** Brokers that are broken. */
  readonly broken: number;
  /** The first rack has so many brokers for each of another one's. */
  readonly rackFactor: number;
};

const randomCluster: Generated = {
  seed: 1,
  brokers: 40,
  racks: 10,
  replicas: 50_001,
  topics: 3_000,
  copies: [3, 3],
  placed: 'linear',
  rackAware: true,
  tail: 'exponential',
  mean: 100,
  diskBytes: 300_000,
  diskFactor: 1,
  tiny: 0,
  fresh: 0,
  broken: 0,
  rackFactor: 1,
};

/** The same for the same parameters. */
export const generated = (wanted: Partial<Generated> = {}): Model => {
  const all = { ...randomCluster, ...wanted };
  const random = randomOf(all.seed);
  const brokers = brokersOf(all, random);
  const choose = chooser(all, brokers, random);
  const partitions: Partition[] = [];
  const indexes = new Int32Array(all.topics);
  const popularity = Array.from(indexes, () => exponential(random));
  const copies = Array.from(indexes, () => between(random, all.copies));
  let replicas = 0;
  for (let n = 0; replicas < all.replicas; n += 1) {
    // One for each topic, then wherever chance puts it.
    const t = n < all.topics ? n : random.below(all.topics);
    const mean = all.mean * (popularity[t] ?? 1);
    const load = (): number => mean * (all.tail === 'pareto' ? pareto(random) : exponential(random));
    const index = indexes[t] ?? 0;
    indexes[t] = index + 1;
    const own = choose(copies[t] ?? 1);
    partitions.push({ topic: nameOf(t), index, replicas: own, sizeBytes: load(), inBytes: load(), outBytes: load() });
    replicas += own.length;
  }
  for (let n = 0; n < all.tiny; n += 1) {
    const load = (): number => (all.mean / 10_000) * exponential(random);
    const own = choose(between(random, all.copies));
    partitions.push({
      topic: `tiny-${n}`,
      index: 0,
      replicas: own,
      sizeBytes: load(),
      inBytes: load(),
      outBytes: load(),
    });
  }
  return { brokers, partitions };
};

const nameOf = (t: number): string => `topic-${String(t).padStart(6, '0')}`;

const brokersOf = (all: Generated, random: Random): readonly Broker[] => {
  const count = all.brokers + all.fresh;
  const broken = new Set<number>();
  while (broken.size < Math.min(all.broken, all.brokers)) broken.add(random.below(all.brokers));
  // The first ones so that no rack is empty, the others by chance.
  const rackOf = (id: number): number => {
    if (id < all.racks) return id;
    return Math.max(0, random.below(all.racks - 1 + all.rackFactor) - (all.rackFactor - 1));
  };
  return Array.from({ length: count }, (_, id) => ({
    id,
    rack: `r${rackOf(id)}`,
    diskBytes: all.diskBytes * (id % 2 === 1 ? all.diskFactor : 1),
    ...(broken.has(id) ? { state: 'broken' as const } : {}),
  }));
};

/** Draws so many different brokers, if possible of different racks. */
const chooser = (
  all: Generated,
  brokers: readonly Broker[],
  random: Random,
): ((copies: number) => readonly number[]) => {
  const weights = Array.from({ length: all.brokers }, (_, i) =>
    all.placed === 'uniform' ? 1 : all.placed === 'linear' ? i + 1 : 2 * i + 1,
  );
  const skew = (i: number, weight: number): number => (all.placed === 'exponential' ? 1.1 ** i : weight);
  const sums: number[] = [];
  weights.reduce((sum, weight, i) => (sums[i] = sum + skew(i, weight)), 0);
  const draw = (): number => {
    const point = random.next() * (sums.at(-1) ?? 0);
    let [low, high] = [0, sums.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] ?? 0) > point) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  return (copies) => {
    const chosen: number[] = [];
    const racks = new Set<string | undefined>();
    for (let tries = 0; chosen.length < Math.min(copies, all.brokers); tries += 1) {
      const b = draw();
      const rack = brokers[b]?.rack;
      if (chosen.includes(b) || (all.rackAware && racks.size < all.racks && tries < 200 && racks.has(rack))) continue;
      chosen.push(b);
      racks.add(rack);
    }
    return chosen;
  };
};

const exponential = (random: Random): number => -Math.log(1 - random.next());

/** A tail so heavy that the variance is infinite (1.2), with the mean 1. */
const pareto = (random: Random): number => (0.2 / 1.2) * (1 - random.next()) ** (-1 / 1.2);

const between = (random: Random, [least, most]: readonly [number, number]): number =>
  least + random.below(most - least + 1);
