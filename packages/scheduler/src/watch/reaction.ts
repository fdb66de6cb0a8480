/** One reaction of a package: looks whenever the service has changed, and does what is to be done, once. */
import type { Clock } from '../clock.ts';
import type { WatchOutline } from '../code/outline.ts';
import type { Deed } from '../package/watch.ts';
import type { Done, Outcome } from './deed.ts';
import type { Memory } from './memory.ts';

export type ReactionView = WatchOutline & {
  readonly lookedMs?: number;
  /** Why the last look failed. */
  readonly error?: string;
  /** The last deed. */
  readonly did?: Done;
};

export type ReactionTools = {
  readonly clock: Clock;
  readonly memory: Memory;
  /** False: there is nothing to look at now. */
  readonly isWanted: () => boolean;
  readonly look: (name: string) => Promise<readonly Deed[]>;
  readonly act: (by: string, deed: Deed) => Promise<Outcome>;
};

/** Changes come in flocks. */
const SETTLE_MS = 100;
const EVERY_MS = 1_000;
/** A look that failed, or a deed that could not be done, is tried again though nothing changes. */
const AGAIN_MS = 10_000;
/** Of one look. */
const DEEDS_MAX = 100;
/** Occasions that are remembered: runs remember the newest hundred themselves. */
const KEYS_MAX = 200;

export class ReactionWatch {
  readonly #outline: WatchOutline;
  readonly #tools: ReactionTools;
  readonly #key: string;
  #seen: Partial<Omit<ReactionView, keyof WatchOutline>> = {};
  #dueMs: number | undefined;
  #cancel: (() => void) | undefined;
  #looking = false;
  #changed = false;
  #closed = false;

  constructor(outline: WatchOutline, tools: ReactionTools) {
    this.#outline = outline;
    this.#tools = tools;
    this.#key = `reaction:${outline.name}`;
    this.changed();
  }

  view(): ReactionView {
    return { ...this.#outline, ...this.#seen };
  }

  /** Something is not as it was. */
  changed(): void {
    this.#changed = true;
    const { lookedMs = 0 } = this.#seen;
    if (!this.#looking) this.#wake(Math.max(this.#tools.clock.now() + SETTLE_MS, lookedMs + EVERY_MS));
  }

  close(): void {
    this.#closed = true;
    this.#cancel?.();
  }

  #wake(atMs: number): void {
    if (this.#closed || (this.#dueMs !== undefined && this.#dueMs <= atMs)) return;
    this.#cancel?.();
    this.#dueMs = atMs;
    this.#cancel = this.#tools.clock.wake(atMs, () => void this.#look());
  }

  async #look(): Promise<void> {
    const { clock, isWanted, look } = this.#tools;
    this.#dueMs = undefined;
    this.#looking = true;
    this.#changed = false;
    let isDone = false;
    try {
      isDone = !isWanted() || (await this.#doAll(await look(this.#outline.name)));
      const { did } = this.#seen;
      this.#seen = { lookedMs: clock.now(), ...(did === undefined ? {} : { did }) };
    } catch (error) {
      this.#seen = {
        ...this.#seen,
        lookedMs: clock.now(),
        error: error instanceof Error ? error.message : String(error),
      };
    } finally {
      this.#looking = false;
    }
    if (!isDone) this.#wake(clock.now() + AGAIN_MS);
    if (this.#changed) this.changed();
  }

  /** True when nothing is left to do. */
  async #doAll(deeds: readonly Deed[]): Promise<boolean> {
    if (deeds.length > DEEDS_MAX) throw new Error(`it wants ${deeds.length} things done at once, at most ${DEEDS_MAX}`);
    const { clock, act, memory } = this.#tools;
    let isDone = true;
    for (const deed of deeds) {
      const known = this.#keys();
      if (this.#closed || (deed.kind !== 'replace' && known.includes(deed.key))) continue;
      const outcome = await act(`reaction ${this.#outline.name}`, deed);
      this.#seen = { ...this.#seen, did: { atMs: clock.now(), ...outcome } };
      if (!outcome.ok) isDone = false;
      else if (deed.kind !== 'replace') await memory.set(this.#key, { keys: [...known, deed.key].slice(-KEYS_MAX) });
    }
    return isDone;
  }

  #keys(): readonly string[] {
    const value = this.#tools.memory.get(this.#key);
    return isMemo(value) ? value.keys : [];
  }
}

function isMemo(value: unknown): value is { readonly keys: readonly string[] } {
  return typeof value === 'object' && value !== null && 'keys' in value && Array.isArray(value.keys);
}
