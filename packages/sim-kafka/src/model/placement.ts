/** Where the replicas of a new topic go. */
import type { Registration } from './image.ts';

/** Replicas of one partition are in as many racks as there are, as Kafka puts them; `racks` false: as if there were none. */
export function placed(
  brokers: readonly Registration[],
  racks: boolean,
  partitions: number,
  replication: number,
): readonly (readonly number[])[] {
  const order = racks ? alternating(brokers) : brokers;
  return Array.from({ length: partitions }, (_, index) => {
    const line = order.map((_each, at) => order[(index + at) % order.length]).filter((each) => each !== undefined);
    const first = racks ? line.filter(({ rack }, at) => line.findIndex((each) => each.rack === rack) === at) : [];
    return [...new Set([...first, ...line])].slice(0, replication).map(({ id }) => id);
  });
}

/** One of each rack, then the second of each. */
function alternating(brokers: readonly Registration[]): readonly Registration[] {
  const byRack = [...Map.groupBy(brokers, ({ rack }) => rack).values()];
  const most = Math.max(0, ...byRack.map(({ length }) => length));
  return Array.from({ length: most }, (_, at) => byRack.flatMap((each) => each[at] ?? [])).flat();
}
