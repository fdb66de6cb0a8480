/** What followers fetch, whom leaders count as in sync, and whom the controllers take for gone. */
import type { Random } from '@warder/sim/kit';
import { nameOf, withBroker, withPartitions } from './image.ts';
import { arrive } from './move.ts';
import type { Image, Partition } from './image.ts';
import type { Kafka } from './kafka.ts';
import { Log } from './log.ts';
import type { Server } from './server.ts';

/** Of each record. */
export const RECORD_BYTES = 1_000;

export class Replication {
  readonly #kafka: Kafka;
  /** Records of one partition that a follower fetches in a turn. */
  readonly #rate: number;
  /** When a replica in sync had everything last. */
  readonly #caughtUpMs = new Map<string, number>();
  /** When a replica, by partition and broker, was found to lag too far behind. */
  readonly laggedMs = new Map<string, number>();
  /** When a replica, by partition and broker, came back in sync. */
  readonly joinedMs = new Map<string, number>();
  /** When a broker left, or was found to be gone. */
  readonly outMs = new Map<number, number>();
  /** When the controllers heard of a broker last. */
  readonly #heardMs = new Map<number, number>();
  #epoch = -1;

  constructor(kafka: Kafka, random: Random) {
    this.#kafka = kafka;
    this.#rate = random.pick([30, 100, 1_000]);
  }

  turn(): void {
    const { quorum } = this.#kafka;
    this.#expire();
    const { newest } = quorum;
    if (newest === undefined) return;
    const changed = [...newest.partitions.values()].flatMap((partition) => this.#follow(newest, partition));
    if (changed.length > 0) quorum.append((image) => arrive(withPartitions(image, changed)));
    for (const server of this.#kafka.servers.values()) {
      this.#drop(server);
      this.#notice(server);
    }
  }

  /** It may be the last one that is in sync anywhere. */
  back(id: number): void {
    const { quorum, options } = this.#kafka;
    for (const partition of quorum.newest?.partitions.values() ?? [])
      if (partition.isr.includes(id)) this.joinedMs.set(`${nameOf(partition)} ${id}`, options.clock.now());
  }

  /** Whoever had the id last was heard of not long ago. */
  hasSession(id: number): boolean {
    const { quorum, options } = this.#kafka;
    return options.clock.now() - (this.#heardMs.get(id) ?? options.clock.now()) < quorum.sessionMs;
  }

  logOf({ disk }: Server, name: string): Log {
    const log = disk.logs.get(name) ?? new Log();
    disk.logs.set(name, log);
    return log;
  }

  /** Sessions end when nothing is heard for their time; who leads anew gives everybody a whole one. */
  #expire(): void {
    const { quorum, options } = this.#kafka;
    const { isKraft } = this.#kafka;
    if (quorum.newest === undefined || (isKraft && !quorum.leads)) return;
    const nowMs = options.clock.now();
    // ZooKeeper counts by itself, whoever of the brokers is the controller.
    if (isKraft && this.#epoch !== quorum.epoch) this.#heardMs.clear();
    this.#epoch = quorum.epoch;
    const { sessionMs } = quorum;
    for (const broker of quorum.newest.brokers.values()) {
      if (broker.fenced) continue;
      const server = this.#kafka.serverOf(broker.id);
      const heardMs = this.#heardMs.get(broker.id) ?? nowMs;
      if (server !== undefined && this.#kafka.isWell(server) && this.#kafka.follows(server))
        this.#heardMs.set(broker.id, nowMs);
      else if (nowMs - heardMs < sessionMs) this.#heardMs.set(broker.id, heardMs);
      else if (quorum.leads) {
        options.trace(`broker ${broker.id} is fenced`);
        this.outMs.set(broker.id, nowMs);
        quorum.append((image) => withBroker(image, { ...broker, fenced: true, leaving: false }));
      }
    }
  }

  /** The partition with other in-sync replicas, if its leader finds some. */
  #follow(image: Image, partition: Partition): readonly Partition[] {
    const kafka = this.#kafka;
    const { leader: leaderId, replicas, isr } = partition;
    const leader = leaderId < 0 ? undefined : kafka.serverOf(leaderId, image);
    if (leader === undefined || !kafka.isWell(leader)) return [];
    const name = nameOf(partition);
    const own = this.logOf(leader, name);
    const nowMs = kafka.options.clock.now();
    const inSync = replicas.filter((id) => {
      if (id === leaderId) return true;
      const key = `${name} ${id}`;
      const follower = kafka.serverOf(id, image);
      // Once it knows that it is a replica: whoever does not deletes what it has.
      const knows = follower?.view?.partitions.get(name)?.replicas.includes(id) === true;
      const fetches = follower !== undefined && kafka.isWell(follower) && !follower.slow && knows;
      if (fetches) this.logOf(follower, name).follow(own, this.#rateOf(image, partition, follower));
      if (fetches && this.logOf(follower, name).isLike(own)) {
        this.#caughtUpMs.set(key, nowMs);
        const { fenced = true, leaving = true } = image.brokers.get(id) ?? {};
        if (!isr.includes(id) && !fenced && !leaving) this.joinedMs.set(key, nowMs);
        return isr.includes(id) || !(fenced || leaving);
      }
      const lagMs = leader.number('replica.lag.time.max.ms', 30_000);
      const stays = nowMs - (this.#caughtUpMs.get(key) ?? nowMs) < lagMs;
      if (isr.includes(id) && !stays) this.laggedMs.set(key, nowMs);
      return isr.includes(id) && stays;
    });
    const isSame = inSync.length === isr.length && inSync.every((id) => isr.includes(id));
    return isSame ? [] : [{ ...partition, isr: inSync }];
  }

  /** What it is a replica of no more. */
  #drop(server: Server): void {
    const { view, disk, id } = server;
    if (view === undefined || !this.#kafka.isWell(server)) return;
    for (const name of disk.logs.keys()) {
      const partition = view.partitions.get(name);
      if (partition?.replicas.includes(id) === false) disk.logs.delete(name);
    }
  }

  /** Who is in sync is not held back. */
  #rateOf(image: Image, { topic, index, isr }: Partition, follower: Server): number {
    const list = image.topics.get(topic)?.settings.get('follower.replication.throttled.replicas') ?? '';
    const rate = image.settings.get(String(follower.id))?.get('follower.replication.throttled.rate');
    const isHeldBack = !isr.includes(follower.id) && list.split(',').includes(`${index}:${follower.id}`);
    return isHeldBack && rate !== undefined ? Math.min(this.#rate, Number(rate) / RECORD_BYTES) : this.#rate;
  }

  /** For the checker that wants to know when a server that was taken down is caught up again. */
  #notice({ task, id, phase, launched }: Server): void {
    const { agreed, leads } = this.#kafka.quorum;
    if (task.caughtUpMs !== undefined || phase !== 'serving' || agreed === undefined) return;
    const isBehind = [...agreed.partitions.values()].some(
      ({ replicas, isr }) => replicas.includes(id) && !isr.includes(id),
    );
    if (leads && (!launched.isBroker || !isBehind)) task.caughtUpMs = this.#kafka.options.clock.now();
  }
}
