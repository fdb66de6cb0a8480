/** A cluster of Kafka with controllers of its own: the processes that the tasks of a service are, and their data. */
import type { Reservation } from '@warder/core';
import type { Programs, Random, SimProcess, SimTask, Tenant, VirtualClock } from '@warder/sim/kit';
import type { Witnesses } from '../checker/witness.ts';
import { Broker } from './broker.ts';
import { Client } from './client.ts';
import { Ill } from './ill.ts';
import type { Illness } from './ill.ts';
import { nameOf, withEntry } from './image.ts';
import type { Image, Partition } from './image.ts';
import { launchedOf } from './launched.ts';
import type { Keeper } from './keeper.ts';
import { placed } from './placement.ts';
import { isNewer, newestOf, spokenBy } from './protocol.ts';
import { Quorum } from './quorum.ts';
import { unreadable } from './release.ts';
import { Replication } from './replication.ts';
import { Server } from './server.ts';
import { isCramped, refusedBy } from './unfit.ts';
import type { Disk } from './server.ts';
import { Migration } from './migration.ts';

export type KafkaOptions = {
  readonly clock: VirtualClock;
  readonly random: Random;
  /** Who keeps the metadata. */
  readonly mode: Mode;
  /** Of the ensemble. */
  readonly znodes: Map<string, string>;
  /** Whether an agent that the scheduler cannot reach is cut off from everybody else, too. */
  readonly cutOff: boolean;
  /** Whether topics are spread over the racks; else they were made before there were any. */
  readonly racks: boolean;
  readonly illness: () => Illness;
  readonly witnesses: Witnesses;
  readonly trace: (text: string) => void;
};

export type Mode = 'kraft' | 'zookeeper';

export type TopicShape = {
  readonly name: string;
  readonly partitions: number;
  readonly replication: number;
  readonly minInSync: number | undefined;
};

const TURN_MS = [700, 1_300] as const;

export class Kafka implements Programs {
  readonly quorum: Keeper;
  readonly client: Client;
  readonly replication: Replication;
  readonly ill: Ill;
  readonly servers = new Map<string, Server>();
  /** When a topic was made. */
  readonly madeMs = new Map<string, number>();
  readonly disks = new Map<string, Disk>();
  readonly options: KafkaOptions;
  #tenant: Tenant | undefined;
  #incarnations = 0;
  #running = false;
  /** Somebody has taken data away on purpose, or an agent is gone with it. */
  forgiven = false;
  /** On ZooKeeper: the newest protocol that a broker has gone by. */
  spoken: string | undefined;

  constructor(options: KafkaOptions) {
    this.options = options;
    const { clock, random, witnesses, trace } = options;
    const parts = {
      now: clock.now,
      random: random.fork(),
      isWell: (server: Server) => this.isWell(server),
      committed: (image: Image) => this.client.look(image),
      trace,
    };
    const lost = (text: string): void => {
      if (!this.forgiven) witnesses.lost(text);
    };
    this.quorum =
      options.mode === 'kraft'
        ? new Quorum({ ...parts, lost })
        : new Migration({
            ...parts,
            lost,
            servers: () => this.servers.values(),
            znodes: options.znodes,
            finalising: () => witnesses.finalising([{ name: 'the end of the migration', level: 1 }]),
          });
    this.replication = new Replication(this, random.fork());
    this.client = new Client(this, random.fork());
    this.ill = new Ill(this, random.fork());
  }

  /** Where the tasks are. */
  attach(tenant: Tenant): void {
    this.#tenant = tenant;
  }

  get tenant(): Tenant {
    if (this.#tenant === undefined) throw new Error('it is on no cluster');
    return this.#tenant;
  }

  begin(task: SimTask, process: SimProcess): void {
    const { clock, random, trace } = this.options;
    const bootMs = random.between(500, 4_000);
    let server: Server;
    try {
      const launched = launchedOf(task, this.tenant);
      const disk = this.disks.get(launched.volume) ?? { volume: launched.volume, offset: 0, logs: new Map() };
      this.disks.set(launched.volume, disk);
      this.#incarnations += 1;
      server = new Server(task, launched, process, disk, this.#incarnations);
    } catch (error) {
      clock.wake(clock.now() + 200, () => process.exit({ code: 1 }, String(error)));
      return;
    }
    this.servers.set(task.id, server);
    this.ill.draw(server);
    trace(`kafka ${server.id} begins as ${server.launched.version} (${task.id})`);
    clock.wake(clock.now() + bootMs, () => this.#booted(server));
    if (!this.#running) {
      this.#running = true;
      this.#turn();
    }
  }

  stop(task: SimTask, ended: () => void): void {
    const server = this.servers.get(task.id);
    const { clock, random } = this.options;
    if (server === undefined || server.phase === 'booting') {
      clock.wake(clock.now() + random.between(50, 500), ended);
      return;
    }
    server.leave = ended;
    server.leavingMs = clock.now();
    // A controller alone only resigns.
    if (!server.launched.isBroker) this.#end(server);
  }

  ended(task: SimTask): void {
    const server = this.servers.get(task.id);
    if (server === undefined) return;
    this.servers.delete(task.id);
    server.phase = 'gone';
    if (server.votes) this.quorum.leaves(server, false);
    this.ill.forget(server);
    this.options.trace(`kafka ${server.id} is gone (${task.id})`);
  }

  /** It runs, can be reached, and answers. */
  isWell(server: Server): boolean {
    return server.phase !== 'gone' && !server.hung && !this.isCutOff(server);
  }

  isCutOff({ task }: Server): boolean {
    return this.options.cutOff && this.tenant.agents.get(task.agentId)?.state === 'down';
  }

  /** False: it does not know what the others speak. A protocol that was spoken once is for good. */
  speaks(server: Server): boolean {
    const own = spokenBy(server);
    const newest = newestOf(server.launched.version);
    if (this.spoken !== undefined && isNewer(this.spoken, newest)) {
      this.options.witnesses.tooOld(server, [`protocol ${this.spoken}`]);
      return false;
    }
    if (this.spoken === undefined || isNewer(own, this.spoken)) {
      if (this.spoken !== undefined) this.options.witnesses.finalising([{ name: 'protocol', level: Number(own) }]);
      this.spoken = own;
    }
    return true;
  }

  /** Its data goes, and no plan that was to keep it is to blame. */
  forgive({ sets, instance }: Reservation): void {
    for (const { id } of sets.flatMap(({ volumes }) => volumes)) this.client.forgive(id);
    this.options.trace(`the data of ${instance} goes`);
    this.forgiven = true;
  }

  /** Controllers with a quorum lead the brokers. */
  get isKraft(): boolean {
    return !(this.quorum instanceof Migration) || this.quorum.moved;
  }

  /** Whether it finds whom to follow. */
  follows(server: Server): boolean {
    return !(this.quorum instanceof Migration) || this.quorum.follows(server);
  }

  /** The quorum, where there is one. */
  get controllers(): Keeper {
    return this.quorum instanceof Migration ? this.quorum.quorum : this.quorum;
  }

  /** The process of that broker that the controllers know. */
  serverOf(id: number, image = this.quorum.newest): Server | undefined {
    const incarnation = image?.brokers.get(id)?.incarnation;
    for (const server of this.servers.values()) {
      if (server.id === id && server.launched.isBroker && server.incarnation === incarnation) return server;
    }
    return undefined;
  }

  minInSync(image: Image, topic: string): number {
    const own = image.topics.get(topic)?.settings.get('min.insync.replicas');
    const dynamic = image.settings.get('')?.get('min.insync.replicas');
    const file = [...this.servers.values()].find(({ launched }) => launched.isBroker)?.launched.properties;
    return Number(own ?? dynamic ?? file?.get('min.insync.replicas') ?? 1);
  }

  /** True when the controllers take it; they need brokers that serve. */
  createTopic({ name, partitions, replication, minInSync }: TopicShape): boolean {
    const { newest } = this.quorum;
    const able = [...(newest?.brokers.values() ?? [])].filter(
      ({ id, fenced, leaving }) =>
        !fenced && !leaving && newest?.settings.get(String(id))?.has('cordoned.log.dirs') !== true,
    );
    if (newest === undefined || newest.topics.has(name) || able.length < replication) return false;
    const made = placed(able, this.options.racks, partitions, replication).map((replicas, index): Partition => {
      const whole = { replicas, adding: [], removing: [], isr: replicas };
      return { topic: name, index, ...whole, leader: replicas[0] ?? -1, epoch: 0 };
    });
    const settings = new Map(minInSync === undefined ? [] : [['min.insync.replicas', String(minInSync)]]);
    this.madeMs.set(name, this.options.clock.now());
    this.quorum.append((image) => ({
      ...image,
      topics: withEntry(image.topics, name, { internal: name.startsWith('__'), settings }),
      partitions: new Map([...image.partitions, ...made.map((each) => [nameOf(each), each] as const)]),
    }));
    return true;
  }

  #booted(server: Server): void {
    const { clock, witnesses } = this.options;
    if (server.phase !== 'booting') return;
    const { launched, process } = server;
    // What its own disk says is read before anything else.
    const known = server.disk.offset === 0 ? undefined : this.quorum.agreed?.features;
    const strange = unreadable(launched.version, known ?? new Map());
    if (launched.isVoter && strange.length > 0) {
      witnesses.tooOld(server, strange);
      process.exit({ code: 1 }, `it does not know ${strange.join(', ')}`);
      return;
    }
    if (launched.isBroker && this.quorum instanceof Migration && this.quorum.isOver && launched.speaks !== 'kraft')
      witnesses.tooOld(server, ['that ZooKeeper is left']);
    const refused = refusedBy(launched);
    if (refused !== undefined) {
      process.exit({ code: 1 }, refused);
      return;
    }
    server.phase = launched.isBroker ? 'registering' : 'serving';
    server.dueMs = clock.now();
    if (launched.isVoter) this.quorum.join(server);
    process.ready();
    if (isCramped(launched)) this.#runOut(server);
  }

  #runOut(server: Server): void {
    const { clock, random } = this.options;
    const soonMs = random.between(2_000, 40_000);
    clock.wake(clock.now() + soonMs, () => {
      if (server.phase !== 'gone') server.process.exit({ code: 3 }, 'java.lang.OutOfMemoryError: Java heap space');
    });
  }

  #end(server: Server): void {
    const { clock, random } = this.options;
    if (server.votes) this.quorum.leaves(server, true);
    clock.wake(clock.now() + random.between(50, 1_000), () => {
      if (!server.hung) server.leave?.();
    });
  }

  #turn(): void {
    const { clock, random } = this.options;
    this.quorum.turn();
    for (const server of this.servers.values()) {
      if (!server.launched.isBroker || server.phase === 'booting' || !this.isWell(server)) continue;
      if (new Broker(this, server, random).turn() === 'ended') this.#end(server);
    }
    this.replication.turn();
    this.client.turn();
    this.ill.turn();
    clock.wake(clock.now() + random.between(...TURN_MS), () => this.#turn());
  }
}
