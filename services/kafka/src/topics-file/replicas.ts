/** Which brokers get one more copy of a partition, or give one up, when a topic shall have another number of them. Pure. */
import type { Broker, Model, Partition } from '../balance/model.ts';
import type { Move } from '../balance/proposal.ts';

/** Sizes of about so much are the same, so that what a dry run has shown is still the same while records come in. */
const smallBytes = 2 ** 26;

/** The same with each size rounded up to a power of two. */
export const coarse = <T extends Pick<Model, 'partitions'>>(model: T): T => ({
  ...model,
  partitions: model.partitions.map((each) => ({
    ...each,
    sizeBytes: 2 ** Math.ceil(Math.log2(Math.max(each.sizeBytes ?? 0, smallBytes))),
  })),
});

/** In the order of topics and partitions; each counts on what those before it come to. */
export const replicationMoves = (
  { brokers, partitions }: Pick<Model, 'brokers' | 'partitions'>,
  wanted: ReadonlyMap<string, number>,
): readonly Move[] => {
  const has = new Map(brokers.map(({ id }) => [id, 0]));
  const count = (id: number, by: number): void => void has.set(id, (has.get(id) ?? 0) + by);
  for (const { replicas } of partitions) for (const id of replicas) count(id, 1);
  return partitions.flatMap((partition): readonly Move[] => {
    const { topic, index, replicas, sizeBytes = 0 } = partition;
    const copies = wanted.get(topic);
    if (copies === undefined || copies === replicas.length) return [];
    const to =
      copies > replicas.length ? grown(partition, copies, brokers, has) : shrunk(partition, copies, brokers, has);
    for (const id of to) if (!replicas.includes(id)) count(id, 1);
    for (const id of replicas) if (!to.includes(id)) count(id, -1);
    return [{ topic, index, from: replicas, to, bytes: Math.max(0, to.length - replicas.length) * sizeBytes }];
  });
};

type Counts = ReadonlyMap<number, number>;

const rackOf = (id: number, brokers: readonly Broker[]): string =>
  brokers.find((each) => each.id === id)?.rack ?? `broker ${id}`;

/** Racks without a copy first, then who has fewest. */
const grown = ({ replicas }: Partition, copies: number, brokers: readonly Broker[], has: Counts): readonly number[] => {
  const to = [...replicas];
  const free = brokers.filter(({ id, state = 'alive' }) => state === 'alive' && !replicas.includes(id));
  while (to.length < copies) {
    const racks = new Set(to.map((id) => rackOf(id, brokers)));
    const [next] = free
      .filter(({ id }) => !to.includes(id))
      .toSorted(
        (a, b) =>
          Number(racks.has(rackOf(a.id, brokers))) - Number(racks.has(rackOf(b.id, brokers))) ||
          (has.get(a.id) ?? 0) - (has.get(b.id) ?? 0) ||
          a.id - b.id,
      );
    if (next === undefined) return to;
    to.push(next.id);
  }
  return to;
};

/** The preferred leader stays. Brokers that are gone give up first, then racks that have two, then who has most. */
const shrunk = (
  { replicas }: Partition,
  copies: number,
  brokers: readonly Broker[],
  has: Counts,
): readonly number[] => {
  const [first, ...rest] = replicas;
  let left = rest;
  while (left.length + 1 > copies && left.length > 0) {
    const stays = [...(first === undefined ? [] : [first]), ...left];
    const isGone = (id: number): boolean => brokers.find((each) => each.id === id)?.state === 'broken';
    const isDouble = (id: number): boolean =>
      stays.some((other) => other !== id && rackOf(other, brokers) === rackOf(id, brokers));
    const [out] = left.toSorted(
      (a, b) =>
        Number(isGone(b)) - Number(isGone(a)) ||
        Number(isDouble(b)) - Number(isDouble(a)) ||
        (has.get(b) ?? 0) - (has.get(a) ?? 0) ||
        b - a,
    );
    left = left.filter((id) => id !== out);
  }
  return [...(first === undefined ? [] : [first]), ...left];
};
