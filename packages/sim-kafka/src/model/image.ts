/** The metadata of a cluster at one moment: never changed, replaced by the next. */

export type Registration = {
  readonly id: number;
  /** Of each start another one. */
  readonly incarnation: number;
  readonly host: string;
  readonly port: number;
  readonly rack: string | null;
  readonly version: string;
  readonly fenced: boolean;
  /** In controlled shutdown: it leads nothing any more. */
  readonly leaving: boolean;
};

export type Partition = {
  readonly topic: string;
  readonly index: number;
  /** While it moves, of both: where it goes to, and then where it goes from. */
  readonly replicas: readonly number[];
  readonly adding: readonly number[];
  readonly removing: readonly number[];
  readonly isr: readonly number[];
  /** -1: nobody. */
  readonly leader: number;
  readonly epoch: number;
};

export type Settings = ReadonlyMap<string, string>;

export type Image = {
  readonly brokers: ReadonlyMap<number, Registration>;
  readonly topics: ReadonlyMap<string, { readonly internal: boolean; readonly settings: Settings }>;
  readonly partitions: ReadonlyMap<string, Partition>;
  readonly features: ReadonlyMap<string, number>;
  /** What was set while brokers ran: for all (`''`), and for one by its id. */
  readonly settings: ReadonlyMap<string, Settings>;
};

export const emptyImage = (features: ReadonlyMap<string, number>): Image => ({
  brokers: new Map(),
  topics: new Map(),
  partitions: new Map(),
  features,
  settings: new Map(),
});

export const nameOf = ({ topic, index }: Pick<Partition, 'topic' | 'index'>): string => `${topic}-${index}`;

export const withEntry = <K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> =>
  new Map(map).set(key, value);

const mayLead = ({ brokers }: Image, id: number): boolean => {
  const broker = brokers.get(id);
  return broker !== undefined && !broker.fenced && !broker.leaving;
};

/** The image with the broker so, and leaders and in-sync replicas as that makes them. Never an unclean election. */
export function withBroker(image: Image, broker: Registration): Image {
  const next = { ...image, brokers: withEntry(image.brokers, broker.id, broker) };
  const isAway = !mayLead(next, broker.id);
  const changed: Partition[] = [];
  for (const partition of image.partitions.values()) {
    if (!partition.isr.includes(broker.id)) continue;
    if (isAway) changed.push(withoutReplica(next, partition, broker.id));
    else if (partition.leader < 0) changed.push({ ...partition, leader: broker.id, epoch: partition.epoch + 1 });
  }
  return withPartitions(next, changed);
}

/** It is forgotten; whatever it still has goes with it. */
export function withoutBroker(image: Image, id: number): Image {
  const own = image.brokers.get(id);
  const away = own === undefined ? image : withBroker(image, { ...own, fenced: true });
  const brokers = new Map(away.brokers);
  brokers.delete(id);
  return { ...away, brokers };
}

/** The last in-sync replica stays in the list: only it has everything. */
function withoutReplica(image: Image, partition: Partition, id: number): Partition {
  const others = partition.isr.filter((other) => other !== id);
  const isr = others.length === 0 ? partition.isr : others;
  if (partition.leader !== id) return { ...partition, isr };
  return { ...electIn(image, { ...partition, isr: others }), isr };
}

/** Led by the first of those in sync that may. */
export function electIn(image: Image, partition: Partition): Partition {
  const { replicas, isr } = partition;
  const leader = replicas.find((id) => isr.includes(id) && mayLead(image, id)) ?? -1;
  return { ...partition, leader, epoch: partition.epoch + 1 };
}

export function withPartitions(image: Image, changed: readonly Partition[]): Image {
  if (changed.length === 0) return image;
  const partitions = new Map(image.partitions);
  for (const partition of changed) partitions.set(nameOf(partition), partition);
  return { ...image, partitions };
}

/** The preferred replica leads, where it may: 0. Else why not, as Kafka numbers it. */
export function elect(image: Image, name: string): readonly [image: Image, errorCode: number] {
  const partition = image.partitions.get(name);
  if (partition === undefined) return [image, 3];
  const [preferred = -1] = partition.replicas;
  if (partition.leader === preferred) return [image, 84];
  if (!partition.isr.includes(preferred) || !mayLead(image, preferred)) return [image, 80];
  return [withPartitions(image, [{ ...partition, leader: preferred, epoch: partition.epoch + 1 }]), 0];
}
