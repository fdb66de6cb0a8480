/** How a cluster is, by goal and by broker. */
import type { Goal, Model, Resource } from './model.ts';
import { DISK, IN, LEADERS, OUT, REPLICAS } from './layout.ts';
import type { Search } from './search.ts';

export type Loads = Readonly<Record<Resource, number>>;

export type GoalState = {
  /** What is not as the goal wants it: brokers; for racks and empty replicas; for topics a topic on a broker. */
  readonly outside: number;
  /** The most and the least loaded broker, against what is its share. Of resources only. */
  readonly highest?: number;
  readonly lowest?: number;
};

/** The state of every goal, the highest goal first. */
export const goalStates = (search: Search): Readonly<Record<Goal, GoalState>> => {
  const { layout, bands, racks } = search;
  let [faults, homeless, full, crowded, topics] = [0, 0, 0, 0, 0];
  for (let p = 0; p < layout.partitions; p += 1) faults += racks.faults(p);
  for (let b = 0; b < layout.brokers; b += 1) {
    if (layout.stays[b] !== 1) homeless += layout.held[b]?.length ?? 0;
    else {
      if ((layout.load[DISK * layout.brokers + b] ?? 0) > (bands.disk[b] ?? 0)) full += 1;
      if ((layout.load[REPLICAS * layout.brokers + b] ?? 0) > bands.replicas) crowded += 1;
    }
  }
  layout.spread.forEach((n, i) => {
    const t = Math.floor(i / layout.brokers);
    if (n > (bands.topic[t] ?? 0) && layout.stays[i - t * layout.brokers] === 1) topics += 1;
  });
  return {
    racks: { outside: faults },
    empty: { outside: homeless },
    capacity: { outside: full },
    maximum: { outside: crowded },
    disk: resourceState(search, DISK),
    in: resourceState(search, IN),
    out: resourceState(search, OUT),
    leaders: resourceState(search, LEADERS),
    replicas: resourceState(search, REPLICAS),
    topics: { outside: topics },
  };
};

const resourceState = (search: Search, r: number): GoalState => {
  const { layout, bands } = search;
  let [outside, highest, lowest] = [0, 0, Infinity];
  for (let b = 0; b < layout.brokers; b += 1) {
    if (layout.stays[b] !== 1) continue;
    if (search.distance(r, b) > 0) outside += 1;
    const mean = bands.mean[r * layout.brokers + b] ?? 0;
    if (mean === 0) continue;
    const share = (layout.load[r * layout.brokers + b] ?? 0) / mean;
    highest = Math.max(highest, share);
    lowest = Math.min(lowest, share);
  }
  return lowest === Infinity ? { outside } : { outside, highest, lowest };
};

/** What each broker has, by its id. */
export const brokerLoads = ({ layout }: Search): ReadonlyMap<number, Loads> =>
  new Map(
    layout.model.brokers.map(({ id }, b) => {
      const of = (r: number): number => Math.max(0, layout.load[r * layout.brokers + b] ?? 0);
      return [id, { disk: of(DISK), in: of(IN), out: of(OUT), leaders: of(LEADERS), replicas: of(REPLICAS) }];
    }),
  );

/** What is not known and therefore counted as nothing. */
export const unknowns = ({ brokers, partitions }: Model): readonly string[] => {
  const notes: string[] = [];
  const lacking = (what: string, of: (each: Model['partitions'][number]) => number | undefined): void => {
    const count = partitions.filter((each) => !isLoad(of(each))).length;
    if (count > 0) notes.push(`${what} of ${count} of ${partitions.length} partitions is not known and counts as 0`);
  };
  lacking('the size', ({ sizeBytes }) => sizeBytes);
  lacking('what is written to', ({ inBytes }) => inBytes);
  lacking('what is read', ({ outBytes }) => outBytes);
  const disks = brokers.filter(({ state = 'alive', diskBytes }) => state === 'alive' && diskBytes === undefined);
  if (disks.length > 0)
    notes.push(`the disks of ${disks.length} brokers are not known: all count as equal, and none as full`);
  return notes;
};

const isLoad = (value: number | undefined): boolean => value !== undefined && Number.isFinite(value) && value >= 0;
