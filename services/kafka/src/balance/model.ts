/** What a balancer is told: brokers, and partitions with their replicas and loads. */

export type Broker = {
  readonly id: number;
  /** Absent: a rack of its own. */
  readonly rack?: string;
  /**
   * `cordoned`: keeps what it has, takes nothing new. `leaving`: gives everything away. `broken`: the same, but nothing
   * can be copied from it. Absent: alive.
   */
  readonly state?: 'alive' | 'cordoned' | 'leaving' | 'broken';
  /** Capacity of its disks. Absent: not known; then all brokers count as equal. */
  readonly diskBytes?: number;
};

export type Partition = {
  readonly topic: string;
  readonly index: number;
  /** The first is the preferred leader, and counts as the leader. */
  readonly replicas: readonly number[];
  /** Of one replica. Absent, as the two below: not known, counted as nothing. */
  readonly sizeBytes?: number;
  /** What producers write, in bytes a second: each replica takes so much. */
  readonly inBytes?: number;
  /** What the leader sends to consumers and followers, in bytes a second. */
  readonly outBytes?: number;
};

export type Model = { readonly brokers: readonly Broker[]; readonly partitions: readonly Partition[] };

/** What is spread by load, in the order of the goals. */
export const resources = ['disk', 'in', 'out', 'leaders', 'replicas'] as const;

export type Resource = (typeof resources)[number];

/** All goals; a lower one never makes a higher one worse. */
export const goals = ['racks', 'empty', 'capacity', 'maximum', ...resources, 'topics'] as const;

export type Goal = (typeof goals)[number];

export type Wish =
  | { readonly kind: 'balance' }
  /** Moves whatever these brokers have to others, and nothing else. */
  | { readonly kind: 'empty'; readonly brokers: readonly number[] }
  /** Moves only to these brokers, until they have their share. */
  | { readonly kind: 'fill'; readonly brokers: readonly number[] }
  | { readonly kind: 'repair-racks' }
  /** Each replica of the one goes to the other, at the same place in the order. */
  | { readonly kind: 'substitute'; readonly from: number; readonly to: number };

export type Limits = {
  /** How far from its mean a broker may be, as a fraction of it. */
  readonly band: number;
  /** How much of its disk a broker may use, as a fraction. */
  readonly disk: number;
  /** Replicas on one broker. */
  readonly replicas: number;
  /** How many changes may be looked at; what was found until then is the answer. Absent: enough for the model's size. */
  readonly work?: number;
};

export const defaultLimits: Limits = { band: 0.1, disk: 0.8, replicas: 10_000 };

export const partitionName = ({ topic, index }: { readonly topic: string; readonly index: number }): string =>
  `${topic}-${index}`;

/** Why nothing can be proposed for what is told, if so. */
export const impossible = ({ brokers, partitions }: Model): readonly string[] => {
  const reasons: string[] = [];
  if (new Set(brokers.map(({ id }) => id)).size < brokers.length) reasons.push('a broker is told twice');
  const seen = new Map<string, Set<number>>();
  for (const partition of partitions) {
    const { topic, index, replicas } = partition;
    const indexes = seen.get(topic) ?? new Set<number>();
    if (indexes.has(index)) reasons.push(`partition ${partitionName(partition)} is told twice`);
    seen.set(topic, indexes.add(index));
    if (replicas.length === 0) reasons.push(`partition ${partitionName(partition)} has no replicas`);
    if (replicas.some((id, at) => replicas.indexOf(id) !== at))
      reasons.push(`partition ${partitionName(partition)} has two replicas on one broker`);
  }
  return reasons;
};

/** Both in order of their names, and with the brokers that only replicas name: those are gone. */
export const ordered = ({ brokers, partitions }: Model): Model => {
  const known = new Set(brokers.map(({ id }) => id));
  const gone = new Set<number>();
  for (const { replicas } of partitions) for (const id of replicas) if (!known.has(id)) gone.add(id);
  const all = [...brokers, ...[...gone].map((id): Broker => ({ id, state: 'broken' }))];
  return {
    brokers: all.toSorted((a, b) => a.id - b.id),
    partitions: isOrdered(partitions) ? partitions : partitions.toSorted(byName),
  };
};

const byName = (a: Partition, b: Partition): number =>
  a.topic === b.topic ? a.index - b.index : a.topic < b.topic ? -1 : 1;

const isOrdered = (partitions: readonly Partition[]): boolean =>
  partitions.every((each, at) => {
    const before = partitions[at - 1];
    return before === undefined || byName(before, each) <= 0;
  });
