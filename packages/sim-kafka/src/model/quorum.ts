/** The controllers: a log of metadata that a majority of the voters has, and a leader who writes it. */
import type { Random } from '@warder/sim/kit';
import { emptyImage } from './image.ts';
import type { Image } from './image.ts';
import { freshLevels } from './release.ts';
import type { Disk, Server } from './server.ts';

export type QuorumOptions = {
  readonly now: () => number;
  readonly random: Random;
  /** It runs, can be reached, and answers. */
  readonly isWell: (server: Server) => boolean;
  readonly committed: (image: Image) => void;
  /** What a majority had is gone. */
  readonly lost: (text: string) => void;
  readonly trace: (text: string) => void;
};

type Voter = {
  readonly id: number;
  disk: Disk;
  server: Server | undefined;
  caughtUpMs: number;
  /** That it registered with. */
  version: string;
};

/** `controller.quorum.fetch.timeout.ms`, and of a leader the same without followers. */
const PATIENCE_MS = 2_000;
/** Records that a voter fetches in one turn. */
const FETCH = 200;

export class Quorum {
  readonly voters = new Map<number, Voter>();
  leader: number | undefined;
  epoch = 0;
  #committed = 0;
  #images: Image[] = [];
  #aloneMs: number | undefined;
  #waiting: { readonly offset: number; readonly done: (ok: boolean) => void }[] = [];
  readonly #options: QuorumOptions;

  constructor(options: QuorumOptions) {
    this.#options = options;
  }

  /** The leader's own view, which may not be agreed on yet. */
  get newest(): Image | undefined {
    return this.#images.at(-1);
  }

  get agreed(): Image | undefined {
    return this.#images[this.#committed];
  }

  get highWatermark(): number {
    return this.#committed;
  }

  /** After which a broker that is not heard counts as gone. */
  get sessionMs(): number {
    const server = this.voters.get(this.leader ?? -1)?.server;
    return server?.number('broker.session.timeout.ms', 9_000) ?? 9_000;
  }

  /** Whoever leads can be asked now. */
  get leads(): boolean {
    const server = this.voters.get(this.leader ?? -1)?.server;
    return server !== undefined && this.#isThere(server);
  }

  join(server: Server): void {
    const { id, launched, disk } = server;
    if (this.voters.size === 0) {
      for (const voter of launched.voters) {
        const disk = { volume: '', offset: 0, logs: new Map() };
        this.voters.set(voter, { id: voter, disk, server: undefined, caughtUpMs: -1, version: launched.version });
      }
      this.#images = [emptyImage(freshLevels(launched.version))];
    }
    const voter = this.voters.get(id);
    if (voter === undefined) throw new Error(`${id} is no voter`);
    voter.server = server;
    voter.disk = disk;
    voter.version = launched.version;
    voter.caughtUpMs = -1;
    server.votes = true;
  }

  /** `resigned`: it said so before, and nobody has to find out. */
  leaves(server: Server, resigned: boolean): void {
    const voter = this.voters.get(server.id);
    server.votes = false;
    if (voter?.server !== server) return;
    voter.server = undefined;
    if (this.leader === server.id && resigned) this.#resign('it ends');
  }

  /** What this voter knows. */
  imageOf(id: number): Image | undefined {
    const voter = this.voters.get(id);
    return voter === undefined ? undefined : this.#images[Math.min(voter.disk.offset, this.#committed)];
  }

  /** The leader writes what comes of its newest view; `done` when a majority has it, or it never will. */
  append(change: (image: Image) => Image, done: (ok: boolean) => void = () => {}): void {
    const { newest } = this;
    if (newest === undefined || !this.leads) {
      done(false);
      return;
    }
    const next = change(newest);
    const top = this.#images.length - 1;
    if (next === newest) {
      this.#await(top, done);
      return;
    }
    this.#images.push(next);
    for (const { disk, server, id } of this.voters.values()) {
      if (server === undefined || !this.#isThere(server)) continue;
      if (id === this.leader || disk.offset === top) disk.offset = top + 1;
    }
    this.#await(top + 1, done);
    this.#commit();
  }

  turn(): void {
    const nowMs = this.#options.now();
    const there = [...this.voters.values()].filter(({ server }) => server !== undefined && this.#isThere(server));
    const isMajority = there.length * 2 > this.voters.size && this.voters.size > 0;
    if (this.leader !== undefined && (!this.leads || !isMajority)) {
      this.#aloneMs ??= nowMs;
      if (nowMs - this.#aloneMs >= PATIENCE_MS) this.#resign('nobody hears it');
    } else this.#aloneMs = undefined;
    if (this.leader === undefined && isMajority && this.#options.random.chance(0.6)) this.#elect(there);
    if (!this.leads) return;
    for (const voter of there) {
      const { disk } = voter;
      disk.offset = Math.min(this.#images.length - 1, disk.offset + FETCH);
      if (disk.offset === this.#images.length - 1) voter.caughtUpMs = nowMs;
    }
    this.#commit();
  }

  #isThere(server: Server): boolean {
    return server.votes && this.#options.isWell(server);
  }

  #resign(why: string): void {
    this.#options.trace(`controller ${this.leader} leads no more: ${why}`);
    this.leader = undefined;
    this.#aloneMs = undefined;
  }

  /** Nobody votes for whoever has less than himself. */
  #elect(there: readonly Voter[]): void {
    const most = Math.max(...there.map(({ disk }) => disk.offset));
    const { id } = this.#options.random.pick(there.filter(({ disk }) => disk.offset === most));
    this.leader = id;
    this.epoch += 1;
    this.#options.trace(`controller ${id} leads epoch ${this.epoch} from ${most}`);
    this.#images.length = most + 1;
    for (const { disk } of this.voters.values()) disk.offset = Math.min(disk.offset, most);
    if (most < this.#committed) {
      this.#options.lost(`metadata up to ${this.#committed} was agreed on, and controller ${id} has it up to ${most}`);
      this.#committed = most;
    }
    this.#settle((offset) => offset > most, false);
    this.#commit();
  }

  #commit(): void {
    const offsets = [...this.voters.values()].map(({ disk }) => disk.offset).toSorted((a, b) => b - a);
    const offset = offsets[Math.floor(this.voters.size / 2)] ?? 0;
    if (offset <= this.#committed) return;
    this.#committed = offset;
    const image = this.agreed;
    if (image !== undefined) this.#options.committed(image);
    this.#settle((other) => other <= offset, true);
  }

  #await(offset: number, done: (ok: boolean) => void): void {
    if (offset <= this.#committed) done(true);
    else this.#waiting.push({ offset, done });
  }

  #settle(which: (offset: number) => boolean, ok: boolean): void {
    const settled = this.#waiting.filter(({ offset }) => which(offset));
    this.#waiting = this.#waiting.filter(({ offset }) => !which(offset));
    for (const { done } of settled) done(ok);
  }
}
