/** An ensemble of ZooKeeper with the metadata of a cluster: it never fails here. One of the brokers is the active controller. */
import type { Random } from '@warder/sim/kit';
import { emptyImage } from './image.ts';
import type { Image } from './image.ts';
import type { Keeper } from './keeper.ts';
import type { Server } from './server.ts';

export type ZooKeeperOptions = {
  readonly now: () => number;
  readonly random: Random;
  readonly servers: () => Iterable<Server>;
  /** It runs, can be reached, and answers. */
  readonly isWell: (server: Server) => boolean;
  readonly committed: (image: Image) => void;
  readonly trace: (text: string) => void;
};

export class ZooKeeper implements Keeper {
  /** The default of `zookeeper.session.timeout.ms`. */
  readonly sessionMs = 18_000;
  readonly voters = new Map<number, never>();
  readonly highWatermark = 0;
  leader: number | undefined;
  epoch = 0;
  #image = emptyImage(new Map());
  #controller: Server | undefined;
  #lostMs: number | undefined;
  readonly #options: ZooKeeperOptions;

  constructor(options: ZooKeeperOptions) {
    this.#options = options;
  }

  get newest(): Image {
    return this.#image;
  }

  get agreed(): Image {
    return this.#image;
  }

  get leads(): boolean {
    return this.#controller !== undefined && this.#options.isWell(this.#controller);
  }

  /** As the controllers have written it. */
  take(image: Image): void {
    this.#image = { ...image, features: new Map() };
    this.#options.committed(this.#image);
  }

  join(): void {}

  leaves(): void {}

  imageOf(): Image {
    return this.#image;
  }

  append(change: (image: Image) => Image, done: (ok: boolean) => void = () => {}): void {
    if (!this.leads) {
      done(false);
      return;
    }
    const before = this.#image;
    this.#image = change(before);
    if (this.#image !== before) this.#options.committed(this.#image);
    done(true);
  }

  /** Whoever is there first becomes the controller, once the session of the one before is over. */
  turn(): void {
    const { now, isWell, servers, random, trace } = this.#options;
    const nowMs = now();
    if (this.#controller !== undefined) {
      const hasLeft =
        this.#image.brokers.get(this.#controller.id)?.leaving === true && this.#controller.phase === 'gone';
      this.#lostMs = isWell(this.#controller) ? undefined : (this.#lostMs ?? nowMs);
      if (!hasLeft && (this.#lostMs === undefined || nowMs - this.#lostMs < this.sessionMs)) return;
      trace(`broker ${this.leader} is the controller no more`);
      this.#controller = undefined;
      this.leader = undefined;
      this.#lostMs = undefined;
    }
    const there = [...servers()].filter(
      (each) =>
        each.listens &&
        each.phase !== 'leaving' &&
        each.launched.isBroker &&
        each.launched.speaks !== 'kraft' &&
        isWell(each),
    );
    if (there.length === 0) return;
    this.#controller = random.pick(there);
    this.leader = this.#controller.id;
    this.epoch += 1;
    trace(`broker ${this.leader} is the controller`);
  }
}
