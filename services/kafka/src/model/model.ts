/** The model of a cluster, for the balancer: from what was read of it, and what was read a while before. Pure. */
import type { ServiceView } from '@warder/sdk';
import type { Broker, Model, Partition as Told } from '../balance/model.ts';
import { partitionName } from '../balance/model.ts';
import type { Partition } from '../cluster/view.ts';
import { count, few } from '../cluster/words.ts';
import type { Reading } from './read.ts';

export type ClusterModel = Model & {
  /** Who leads each partition, by its name; those without a leader are missing. */
  readonly leaders: ReadonlyMap<string, number>;
  /** What could not be known, and is missing in the model. */
  readonly notes: readonly string[];
};

/** What rates are made from, besides a reading. */
export type Earlier = Pick<Reading, 'atMs' | 'sizes' | 'ends' | 'partitions'>;

/** Without an earlier reading there are no rates. */
export const modelOf = (service: Pick<ServiceView, 'spec'>, reading: Reading, earlier?: Earlier): ClusterModel => {
  const volumeBytes = volumeOf(service);
  const rates = earlier === undefined ? new Map<string, number>() : ratesOf(reading, earlier);
  const leaders = new Map(
    reading.partitions.flatMap((each) => (each.leader < 0 ? [] : [[partitionName(each), each.leader] as const])),
  );
  const partitions = reading.partitions.map((each): Told => {
    const { topic, index, replicas } = each;
    const sizeBytes = sizeOf(each, reading.sizes.get(partitionName(each)));
    const inBytes = rates.get(partitionName(each));
    // What consumers read nobody tells: what followers read is known, and counts.
    const outBytes = inBytes === undefined ? undefined : inBytes * (replicas.length - 1);
    return {
      topic,
      index,
      replicas,
      ...(sizeBytes === undefined ? {} : { sizeBytes }),
      ...(inBytes === undefined || outBytes === undefined ? {} : { inBytes, outBytes }),
    };
  });
  const brokers = reading.brokers.map(({ id, rack, up, totalBytes, cordoned }): Broker => {
    const state = up ? (cordoned ? 'cordoned' : 'alive') : 'broken';
    const diskBytes = smaller(totalBytes, volumeBytes);
    return { id, state, ...(rack === undefined ? {} : { rack }), ...(diskBytes === undefined ? {} : { diskBytes }) };
  });
  return { brokers, partitions, leaders, notes: notesOf(reading, earlier) };
};

/** Where the engine enforces no sizes, the file system is larger than what the broker was given of it. */
const volumeOf = ({ spec }: Pick<ServiceView, 'spec'>): number | undefined => {
  const pod = spec.pods.find(({ name }) => name === 'broker');
  const volumes = (pod?.resourceSets ?? []).flatMap((set) => set.volumes);
  // A whole disk may be larger than what was asked for at least.
  if (volumes.length === 0 || volumes.some(({ type }) => type === 'MOUNT')) return undefined;
  return volumes.reduce((sum, { sizeMiB }) => sum + sizeMiB * 2 ** 20, 0);
};

const smaller = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : b === undefined ? a : Math.min(a, b);

/** The leader's counts; where it does not tell, the largest that another one has. */
const sizeOf = (
  { leader, replicas }: Pick<Partition, 'leader' | 'replicas'>,
  sizes: ReadonlyMap<number, number> | undefined,
): number | undefined => {
  const own = sizes?.get(leader);
  if (own !== undefined) return own;
  const others = replicas.flatMap((id) => sizes?.get(id) ?? []);
  return others.length === 0 ? undefined : Math.max(...others);
};

/** Bytes that producers write in a second, where that can be known. */
export const ratesOf = (reading: Reading, earlier: Earlier): ReadonlyMap<string, number> => {
  const seconds = (reading.atMs - earlier.atMs) / 1000;
  const rates = new Map<string, number>();
  if (!(seconds > 0)) return rates;
  const led = new Map(earlier.partitions.map((each) => [partitionName(each), each.leader]));
  for (const each of reading.partitions) {
    const name = partitionName(each);
    const [end, endBefore] = [reading.ends.get(name), earlier.ends.get(name)];
    // Shorter than before: it was deleted and made again.
    if (end === undefined || endBefore === undefined || end < endBefore) continue;
    if (end === endBefore) {
      rates.set(name, 0);
      continue;
    }
    // Whoever led then had all of it, as who leads now has; another one may have been copying it.
    const size = reading.sizes.get(name)?.get(each.leader);
    const before = earlier.sizes.get(name)?.get(led.get(name) ?? -1);
    // Smaller in spite of new records: old segments went meanwhile, and the difference says nothing.
    if (size !== undefined && before !== undefined && size > before) rates.set(name, (size - before) / seconds);
  }
  return rates;
};

const notesOf = ({ silent, brokers }: Reading, earlier: Earlier | undefined): readonly string[] => {
  const away = brokers.filter(({ up }) => !up).map(({ id }) => `broker ${id}`);
  return [
    ...(silent.length === 0 ? [] : [`${count(silent.length, 'broker')} did not tell of disks: ${few(silent)}`]),
    ...(away.length === 0 ? [] : [`not in the cluster now: ${few(away)}`]),
    earlier === undefined
      ? 'how much is written is not known: the cluster was looked at only once'
      : 'how much consumers read is not known: what a leader sends counts followers only',
  ];
};
