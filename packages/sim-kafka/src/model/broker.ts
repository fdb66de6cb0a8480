/** What a broker does with the controllers: it registers, catches up, is let serve, and hands over before it ends. */
import type { Random } from '@warder/sim/kit';
import { withBroker } from './image.ts';
import type { Registration } from './image.ts';
import type { Kafka } from './kafka.ts';
import { unreadable } from './release.ts';
import type { Server } from './server.ts';

/** Kafka gives up handing over after this long. */
const HAND_OVER_MS = { kraft: 300_000, zookeeper: 20_000 } as const;

export class Broker {
  readonly #kafka: Kafka;
  readonly #server: Server;
  readonly #random: Random;

  constructor(kafka: Kafka, server: Server, random: Random) {
    this.#kafka = kafka;
    this.#server = server;
    this.#random = random;
  }

  turn(): 'ended' | undefined {
    const server = this.#server;
    const { quorum, options } = this.#kafka;
    const nowMs = options.clock.now();
    // Metadata arrives a little later than it is agreed on.
    if (server.phase !== 'registering' && !this.#random.chance(0.1)) server.view = quorum.agreed ?? server.view;
    if (server.leave !== undefined) return this.#leave(nowMs);
    if (!this.#kafka.follows(server)) return undefined;
    if (!quorum.leads || nowMs < server.dueMs) return undefined;
    const known = quorum.newest?.brokers.get(server.id);
    if (known === undefined && server.phase === 'fenced') server.phase = 'registering';
    if (known === undefined && server.phase === 'serving') {
      // Whoever has followed metadata that was agreed on follows no others: it has to begin anew.
      server.process.exit({ code: 1 }, 'the controllers begin below what it took as agreed on');
      return undefined;
    }
    if (server.phase === 'registering') this.#register(known, nowMs);
    else if (known?.incarnation === server.incarnation && known.fenced) {
      this.#kafka.replication.back(server.id);
      quorum.append((image) => withBroker(image, { ...known, fenced: false }));
      server.phase = 'serving';
    }
    return undefined;
  }

  #register(known: Registration | undefined, nowMs: number): void {
    const server = this.#server;
    const { quorum, options } = this.#kafka;
    const { launched, id, incarnation } = server;
    // Whoever had the id before may still be alive: nobody knows until its session is over.
    const { isKraft } = this.#kafka;
    if (known !== undefined && !known.fenced && known.incarnation !== incarnation) {
      if (!isKraft && this.#kafka.replication.hasSession(id))
        server.process.exit({ code: 1 }, `/brokers/ids/${id}: node exists`);
      return;
    }
    if (!isKraft && !this.#kafka.speaks(server)) {
      server.process.exit({ code: 1 }, 'it does not know the protocol of the others');
      return;
    }
    const strange = unreadable(launched.version, quorum.newest?.features ?? new Map());
    if (strange.length > 0) {
      options.witnesses.tooOld(server, strange);
      server.process.exit({ code: 1 }, `the controllers do not take it: ${strange.join(', ')}`);
      return;
    }
    const { host, clientPort: port, rack, version } = launched;
    const fresh = { id, incarnation, host, port, rack, version, fenced: isKraft, leaving: false };
    quorum.append((image) => withBroker(image, fresh));
    server.phase = isKraft ? 'fenced' : 'serving';
    server.dueMs = nowMs + this.#random.between(200, 3_000);
  }

  #leave(nowMs: number): 'ended' | undefined {
    const server = this.#server;
    const { quorum } = this.#kafka;
    const known = quorum.newest?.brokers.get(server.id);
    if (
      known?.incarnation !== server.incarnation ||
      known.fenced ||
      nowMs - server.leavingMs > HAND_OVER_MS[this.#kafka.isKraft ? 'kraft' : 'zookeeper']
    ) {
      return this.#gone();
    }
    if (!quorum.leads) return undefined;
    if (!known.leaving) {
      server.phase = 'leaving';
      this.#kafka.replication.outMs.set(server.id, nowMs);
      quorum.append((image) => withBroker(image, { ...known, leaving: true }));
      return undefined;
    }
    const leads = [...(quorum.newest?.partitions.values() ?? [])].some(({ leader }) => leader === server.id);
    if (leads) return undefined;
    quorum.append((image) => withBroker(image, { ...known, fenced: true }));
    return this.#gone();
  }

  #gone(): 'ended' | undefined {
    if (this.#server.phase === 'gone' || this.#server.dueMs === Infinity) return undefined;
    this.#server.dueMs = Infinity;
    return 'ended';
  }
}
