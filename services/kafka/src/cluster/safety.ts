/** What happens to partitions when a broker stops, or loses its disk. Pure. */
import type { Reassignment } from '../client/api/list-partition-reassignments.ts';
import type { Partition } from './view.ts';
import { brokersText, count, few } from './words.ts';

export type Verdict = {
  readonly safe: boolean;
  /** Why not; or what was looked at, and what must be known all the same. */
  readonly reason: string;
};

const nameOf = (partition: { readonly topic: string; readonly index: number }): string =>
  `${partition.topic}-${partition.index}`;

export type StopInput = {
  readonly broker: number;
  /** Those with a replica on the broker. */
  readonly partitions: readonly Partition[];
  /** By topic; a topic that is not in it is gone. */
  readonly minInSync: ReadonlyMap<string, number>;
  readonly moving: readonly Reassignment[];
};

/**
 * May this broker stop without a partition going offline, or falling below `min.insync.replicas`? Partitions that have
 * no more replicas than that cannot be helped by waiting: they are named, but do not count.
 */
export const stopVerdict = ({ broker, partitions, minInSync, moving }: StopInput): Verdict => {
  const touched = moving.filter((each) => [...each.replicas, ...each.adding, ...each.removing].includes(broker));
  if (touched.length > 0) {
    const names = few(touched.map((each) => `${each.topic}-${each.partition}`));
    const what = `${count(touched.length, 'partition')} of broker ${broker} being moved: ${names}`;
    return { safe: false, reason: `${what}; it waits until the move is done or cancelled` };
  }
  const present = partitions.filter((each) => minInSync.has(each.topic));
  const needs = (each: Partition): number => minInSync.get(each.topic) ?? 1;
  const tight = present.filter((each) => each.replicas.length <= needs(each) || each.replicas.length === 1);
  const loose = present.filter((each) => !tight.includes(each));
  const last = [...tight, ...loose].filter((each) => each.replicas.length > 1 && isLast(each, broker));
  const short = loose.filter(
    (each) => !last.includes(each) && each.isr.filter((id) => id !== broker).length < needs(each),
  );
  if (last.length > 0) {
    const what = `${count(last.length, 'partition')} would go offline: no other replica is in sync: ${few(last.map(nameOf))}`;
    return { safe: false, reason: `${what}; it waits for ${waitedFor(last, broker)}` };
  }
  if (short.length > 0) {
    const names = few(short.map((each) => `${nameOf(each)} (in sync ${each.isr.join(', ')}; needs ${needs(each)})`));
    const what = `without broker ${broker}, ${count(short.length, 'partition')} would have too few replicas in sync: ${names}`;
    return { safe: false, reason: `${what}; it waits for ${waitedFor(short, broker)}` };
  }
  const kept = `${count(loose.length, 'partition')} of broker ${broker} can spare it`;
  return { safe: true, reason: tight.length === 0 ? kept : `${kept}; ${tightText(tight)}` };
};

const isLast = (partition: Partition, broker: number): boolean =>
  partition.isr.includes(broker) && partition.isr.every((id) => id === broker);

/** Whose return would open the gate. */
const waitedFor = (partitions: readonly Partition[], broker: number): string => {
  const missing = partitions.flatMap((each) => each.replicas.filter((id) => id !== broker && !each.isr.includes(id)));
  const ids = [...new Set(missing)].toSorted((a, b) => a - b);
  return ids.length === 0 ? 'more replicas to be in sync' : `${brokersText(ids)} to be in sync again`;
};

const tightText = (tight: readonly Partition[]): string => {
  const topics = few([...new Set(tight.map((each) => each.topic))]);
  return (
    `${count(tight.length, 'partition')} have no more replicas than min.insync.replicas, so writes with acks=all ` +
    `(with a single replica, all use) pause while it is away: topics ${topics}`
  );
};

export type ReplaceInput = {
  readonly broker: number;
  /** Those with a replica on the broker. */
  readonly partitions: readonly Partition[];
  /** The brokers that are up. */
  readonly up: ReadonlySet<number>;
};

/** May the disk of this broker be lost without a record being lost? */
export const replaceVerdict = ({ broker, partitions, up }: ReplaceInput): Verdict => {
  const others = (each: Partition): number => each.isr.filter((id) => id !== broker && up.has(id)).length;
  const lost = partitions.filter((each) => others(each) === 0);
  if (lost.length > 0) {
    const names = few(
      lost.map((each) => `${nameOf(each)} (replicas ${each.replicas.join(', ')}; in sync ${each.isr.join(', ')})`),
    );
    const what = `broker ${broker} has the last in-sync replica of ${count(lost.length, 'partition')}: ${names}`;
    return {
      safe: false,
      reason: `${what}; their records would be lost. Wait until another replica is in sync, or add replicas`,
    };
  }
  const single = partitions.filter((each) => others(each) === 1);
  const safe = `every one of the ${count(partitions.length, 'partition')} of broker ${broker} has another in-sync replica`;
  if (single.length === 0) return { safe: true, reason: safe };
  return { safe: true, reason: `${safe}; only one: ${few(single.map(nameOf))}` };
};

/** Where a broker is not in sync, and where it should lead but does not. */
export const catchUp = (
  broker: number,
  partitions: readonly Partition[],
): { readonly behind: readonly Partition[]; readonly notLed: readonly Partition[] } => ({
  behind: partitions.filter((each) => !each.isr.includes(broker)),
  notLed: partitions.filter((each) => each.replicas[0] === broker && each.leader !== broker),
});

export const partitionNames = (partitions: readonly Partition[]): string => few(partitions.map(nameOf));
