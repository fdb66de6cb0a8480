/** Somebody who writes to every partition all the time, waits for all in-sync replicas, and remembers what was acknowledged. */
import type { Random } from '@warder/sim/kit';
import { nameOf } from './image.ts';
import type { Image, Partition } from './image.ts';
import type { Kafka } from './kafka.ts';
import { Log } from './log.ts';

export class Client {
  /** What was acknowledged, by partition. */
  readonly acked = new Map<string, Log>();
  /** When a write to a partition was acknowledged last. */
  readonly ackedMs = new Map<string, number>();
  /** Partitions whose records are gone by the world's or a person's doing. */
  readonly #forgiven = new Set<string>();
  readonly #epochs = new Map<string, number>();
  readonly #kafka: Kafka;
  readonly #random: Random;

  constructor(kafka: Kafka, random: Random) {
    this.#kafka = kafka;
    this.#random = random;
  }

  turn(): void {
    const image = this.#kafka.quorum.agreed;
    if (image === undefined) return;
    for (const partition of image.partitions.values()) this.#write(image, partition);
  }

  /** Whoever leads must have everything that was acknowledged. */
  look(image: Image): void {
    for (const partition of image.partitions.values()) {
      const name = nameOf(partition);
      if (partition.leader < 0 || this.#epochs.get(name) === partition.epoch) continue;
      this.#epochs.set(name, partition.epoch);
      this.#check(image, partition, name);
    }
  }

  /** A disk went that nobody's plan has taken away. */
  forgive(volume: string): void {
    for (const name of this.#kafka.disks.get(volume)?.logs.keys() ?? []) this.#forgiven.add(name);
  }

  isForgiven(name: string): boolean {
    return this.#forgiven.has(name);
  }

  #check(image: Image, { leader }: Partition, name: string): void {
    const server = this.#kafka.serverOf(leader, image);
    const acked = this.acked.get(name);
    if (server === undefined || acked === undefined) return;
    const log = this.#kafka.replication.logOf(server, name);
    const has = log.common(acked);
    if (has >= acked.end) return;
    this.acked.delete(name);
    if (this.#forgiven.has(name)) return;
    this.#kafka.options.witnesses.lost(
      `${acked.end - has} acknowledged records of ${name}: broker ${leader} leads it, and has ${has} of ${acked.end}`,
    );
  }

  #write(image: Image, partition: Partition): void {
    const kafka = this.#kafka;
    const { leader: id, isr, epoch, topic } = partition;
    const leader = id < 0 ? undefined : kafka.serverOf(id, image);
    if (leader === undefined || !kafka.isWell(leader) || isr.length < kafka.minInSync(image, topic)) return;
    const name = nameOf(partition);
    const own = kafka.replication.logOf(leader, name);
    // A leader waits for those, too, whom it has asked the controllers to count as in sync.
    const asked = kafka.quorum.newest?.partitions.get(name)?.isr ?? [];
    const followers = [...new Set([...isr, ...asked])]
      .filter((other) => other !== id)
      .map((other) => kafka.serverOf(other, image));
    const before = followers.map((server) => server !== undefined && kafka.replication.logOf(server, name).isLike(own));
    own.append(epoch, this.#random.between(1, 3));
    let everywhere = true;
    for (const [at, server] of followers.entries()) {
      const fetches = server !== undefined && before[at] === true && kafka.isWell(server) && !server.slow;
      if (fetches) kafka.replication.logOf(server, name).follow(own, Infinity);
      else everywhere = false;
    }
    if (!everywhere) return;
    this.acked.set(name, own.copy());
    this.ackedMs.set(name, kafka.options.clock.now());
  }
}
