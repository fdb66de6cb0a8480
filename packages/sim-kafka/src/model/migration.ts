/**
 * A cluster on ZooKeeper on its way to controllers of its own, and back: first a broker controls, then the controllers do,
 * who write everything to ZooKeeper as well, and in the end they alone know.
 */
import { nameOf } from './image.ts';
import type { Image } from './image.ts';
import type { Keeper } from './keeper.ts';
import { Quorum } from './quorum.ts';
import type { QuorumOptions } from './quorum.ts';
import { freshLevels } from './release.ts';
import type { Server } from './server.ts';
import { ZooKeeper } from './zookeeper.ts';

export type MigrationOptions = QuorumOptions & {
  readonly servers: () => Iterable<Server>;
  readonly znodes: Map<string, string>;
  /** The controllers are about to leave ZooKeeper for good. */
  readonly finalising: () => void;
};

export class Migration implements Keeper {
  #quorum: Quorum;
  readonly #zookeeper: ZooKeeper;
  /** Whether the controllers lead. */
  #moved = false;
  /** Somebody of the controllers speaks with ZooKeeper no more. */
  #final = false;
  readonly #options: MigrationOptions;

  constructor(options: MigrationOptions) {
    this.#options = options;
    this.#quorum = new Quorum(options);
    this.#zookeeper = new ZooKeeper(options);
  }

  get voters(): Keeper['voters'] {
    return this.#quorum.voters;
  }

  get leader(): number | undefined {
    return this.#keeper.leader;
  }

  get epoch(): number {
    return this.#zookeeper.epoch + this.#quorum.epoch;
  }

  get newest(): Image | undefined {
    return this.#keeper.newest;
  }

  get agreed(): Image | undefined {
    return this.#keeper.agreed;
  }

  get highWatermark(): number {
    return this.#quorum.highWatermark;
  }

  get leads(): boolean {
    return this.#keeper.leads;
  }

  get sessionMs(): number {
    return this.#keeper.sessionMs;
  }

  get moved(): boolean {
    return this.#moved;
  }

  /** For good. */
  get isOver(): boolean {
    return this.#final;
  }

  /** The leader among the controllers, whether or not the brokers follow it. */
  get quorum(): Quorum {
    return this.#quorum;
  }

  /** Whether a broker that speaks so finds whom to follow. */
  follows({ launched: { speaks } }: Server): boolean {
    return this.#moved ? speaks !== 'zookeeper' : speaks !== 'kraft';
  }

  join(server: Server): void {
    const others = [...this.#quorum.voters.values()].some((voter) => voter.server !== undefined);
    // As long as the brokers have ZooKeeper, controllers that begin with nothing begin anew.
    if (!this.#moved && !others && server.disk.offset === 0) this.#quorum = new Quorum(this.#options);
    this.#quorum.join(server);
    if (server.launched.speaks !== 'kraft' || this.#final) return;
    this.#final = true;
    this.#options.finalising();
  }

  leaves(server: Server, resigned: boolean): void {
    this.#quorum.leaves(server, resigned);
  }

  imageOf(id: number): Image | undefined {
    return this.#quorum.imageOf(id);
  }

  append(change: (image: Image) => Image, done?: (ok: boolean) => void): void {
    this.#keeper.append(change, done);
  }

  turn(): void {
    this.#quorum.turn();
    if (!this.#moved) this.#zookeeper.turn();
    if (this.#final) return;
    if (this.#moved) this.#follow();
    else this.#prepare();
    this.#write();
  }

  get #keeper(): Quorum | ZooKeeper {
    return this.#moved ? this.#quorum : this.#zookeeper;
  }

  get #chroot(): string {
    const [path = ''] = [...this.#options.znodes.keys()].filter((each) => each.endsWith('/cluster/id'));
    return path.slice(0, -'/cluster/id'.length);
  }

  /** Once every broker knows of the controllers, these take over what ZooKeeper has. */
  #prepare(): void {
    const { znodes, servers, isWell, trace } = this.#options;
    if (!this.#quorum.leads) return;
    const path = `${this.#chroot}/migration`;
    if (!znodes.has(path)) znodes.set(path, JSON.stringify({ kraft_metadata_offset: -1 }));
    const image = this.#zookeeper.agreed;
    const registered = [...image.brokers.values()].filter(({ fenced }) => !fenced);
    const ready = registered.every(({ id, incarnation }) =>
      [...servers()].some(
        (each) => each.id === id && each.incarnation === incarnation && each.launched.speaks === 'both' && isWell(each),
      ),
    );
    if (registered.length === 0 || !ready) return;
    this.#quorum.append(() => ({ ...image, features: freshLevels('3.9.2') }));
    this.#moved = true;
    trace('the controllers have the metadata');
  }

  /** When the controllers are gone, and nothing in ZooKeeper says that they lead, a broker controls again. */
  #follow(): void {
    const { znodes, servers, lost, trace } = this.#options;
    const running = [...this.#quorum.voters.values()].some(({ server }) => server !== undefined);
    if (running || znodes.has(`${this.#chroot}/controller`)) return;
    const last = this.#quorum.agreed;
    const stranded = [...servers()].filter(({ launched }) => launched.isBroker && launched.speaks === 'kraft');
    if (stranded.length > 0) lost(`broker ${stranded.map(({ id }) => id).join(', ')} has nobody to follow`);
    if (last !== undefined) this.#zookeeper.take(last);
    this.#moved = false;
    trace(`ZooKeeper has the metadata again, ${[...(last?.partitions.values() ?? [])].map(nameOf).length} partitions`);
  }

  /** What ZooKeeper is told of who leads, and of how much it has. */
  #write(): void {
    const { znodes } = this.#options;
    const chroot = this.#chroot;
    if (chroot === '') return;
    if (!this.#moved) {
      const { leader } = this.#zookeeper;
      if (leader === undefined) znodes.delete(`${chroot}/controller`);
      else znodes.set(`${chroot}/controller`, JSON.stringify({ brokerid: leader, kraftControllerEpoch: -1 }));
      return;
    }
    if (!this.#quorum.leads) return;
    const { leader, epoch, highWatermark } = this.#quorum;
    znodes.set(`${chroot}/controller`, JSON.stringify({ brokerid: leader, kraftControllerEpoch: epoch }));
    znodes.set(`${chroot}/migration`, JSON.stringify({ kraft_metadata_offset: highWatermark }));
  }
}
