/** Partitions that go to other brokers: the new replicas come first, and the old ones leave when these are in sync. */
import { electIn, nameOf, withPartitions } from './image.ts';
import type { Image, Partition } from './image.ts';

/** INVALID_REPLICA_ASSIGNMENT, NO_REASSIGNMENT_IN_PROGRESS, UNKNOWN_TOPIC_OR_PARTITION. */
const [INVALID, NONE, UNKNOWN] = [39, 85, 3];

/** `null`: what is under way is given up. Answers as Kafka numbers it. */
export function reassign(
  image: Image,
  name: string,
  target: readonly number[] | null,
): readonly [image: Image, errorCode: number] {
  const partition = image.partitions.get(name);
  if (partition === undefined) return [image, UNKNOWN];
  const { replicas, adding, removing } = partition;
  const origin = replicas.filter((id) => !adding.includes(id));
  if (target === null) {
    if (adding.length === 0 && removing.length === 0) return [image, NONE];
    const isr = partition.isr.filter((id) => origin.includes(id));
    // An unclean election is never made for it.
    if (isr.length === 0) return [image, INVALID];
    return [settle(image, { ...partition, replicas: origin, adding: [], removing: [], isr }), 0];
  }
  if (target.length === 0 || target.some((id) => !image.brokers.has(id))) return [image, INVALID];
  const leaving = origin.filter((id) => !target.includes(id));
  const next = {
    ...partition,
    replicas: [...target, ...leaving],
    adding: target.filter((id) => !origin.includes(id)),
    removing: leaving,
    isr: partition.isr.filter((id) => target.includes(id) || leaving.includes(id)),
  };
  if (next.isr.length === 0) return [image, INVALID];
  return [settle(image, next), 0];
}

/** Moves that can end, ended. */
export function arrive(image: Image): Image {
  let next = image;
  for (const partition of image.partitions.values()) {
    if (partition.adding.length > 0 || partition.removing.length > 0) next = settle(next, partition);
  }
  return next;
}

function settle(image: Image, partition: Partition): Image {
  const { replicas, adding, removing, isr } = partition;
  const target = replicas.filter((id) => !removing.includes(id));
  const inSync = isr.filter((id) => target.includes(id));
  const isThere = adding.every((id) => isr.includes(id)) && inSync.length > 0;
  const moved = isThere ? { ...partition, replicas: target, adding: [], removing: [], isr: inSync } : partition;
  const own = image.partitions.get(nameOf(partition));
  if (moved === own) return image;
  const isLed = moved.leader >= 0 && moved.isr.includes(moved.leader);
  return withPartitions(image, [isLed ? moved : electIn(image, moved)]);
}
