/** One detector of a package: looks every so often, and acts when what it sees has lasted. */
import type { Clock } from '../clock.ts';
import type { DetectorOutline } from '../code/outline.ts';
import type { Deed, Detection } from '../package/watch.ts';
import type { Done, Outcome } from './deed.ts';
import type { Memory } from './memory.ts';

export type DetectorView = DetectorOutline & {
  /** Undefined: nobody has looked since the server began. */
  readonly on?: boolean;
  /** Since when it has been on at every look. */
  readonly sinceMs?: number;
  /** What was seen last. */
  readonly reason?: string;
  readonly lookedMs?: number;
  /** Why the last look failed. */
  readonly error?: string;
  readonly did?: Done;
};

export type DetectorTools = {
  readonly clock: Clock;
  readonly memory: Memory;
  /** False: there is nothing to look at now. */
  readonly isWanted: () => boolean;
  readonly look: (name: string) => Promise<Detection>;
  readonly act: (by: string, deed: Deed) => Promise<Outcome>;
};

/** Stored while it is on. What is seen of another instance is another occasion. */
type Memo = { readonly sinceMs: number; readonly done: boolean; readonly instance?: string };

export class DetectorWatch {
  readonly #outline: DetectorOutline;
  readonly #tools: DetectorTools;
  readonly #key: string;
  #seen: Partial<Pick<DetectorView, 'on' | 'reason' | 'lookedMs' | 'error' | 'did'>> = {};
  #cancel: (() => void) | undefined;
  #closed = false;

  constructor(outline: DetectorOutline, tools: DetectorTools) {
    this.#outline = outline;
    this.#tools = tools;
    this.#key = `detector:${outline.name}`;
    this.#next();
  }

  view(): DetectorView {
    const memo = this.#memo();
    return { ...this.#outline, ...this.#seen, ...(memo === undefined ? {} : { sinceMs: memo.sinceMs }) };
  }

  close(): void {
    this.#closed = true;
    this.#cancel?.();
  }

  #next(): void {
    const { clock } = this.#tools;
    if (!this.#closed) this.#cancel = clock.wake(clock.now() + this.#outline.everyMs, () => void this.#look());
  }

  async #look(): Promise<void> {
    const { clock, look, isWanted } = this.#tools;
    const { did } = this.#seen;
    try {
      if (!isWanted()) return;
      const detection = await look(this.#outline.name);
      if (this.#closed) return;
      const { on, reason } = detection;
      this.#seen = { on, reason, lookedMs: clock.now(), ...(did === undefined ? {} : { did }) };
      await this.#judge(detection);
    } catch (error) {
      // It is neither on nor off: what was known before stays.
      this.#seen = {
        ...this.#seen,
        lookedMs: clock.now(),
        error: error instanceof Error ? error.message : String(error),
      };
    } finally {
      this.#next();
    }
  }

  async #judge(detection: Detection): Promise<void> {
    const { clock, memory, act } = this.#tools;
    const { name, forMs } = this.#outline;
    if (!detection.on) return memory.set(this.#key, undefined);
    const { instance } = detection;
    const known = this.#memo();
    const isSame = known !== undefined && known.instance === instance;
    const about = instance === undefined ? {} : { instance };
    const memo: Memo = isSame ? known : { sinceMs: clock.now(), done: false, ...about };
    if (!isSame) await memory.set(this.#key, memo);
    if (memo.done || clock.now() - memo.sinceMs < forMs) return;
    const outcome = await act(`detector ${name}`, this.#deed(detection, memo.sinceMs));
    this.#seen = { ...this.#seen, did: { atMs: clock.now(), ...outcome } };
    if (outcome.ok) await memory.set(this.#key, { ...memo, done: true });
  }

  #deed({ reason, params = {}, instance }: Detection, sinceMs: number): Deed {
    const { deed, summary } = this.#outline;
    const why = reason === '' ? summary : reason;
    if (deed.kind !== 'replace') {
      const key = `${this.#key}:${sinceMs}`;
      return { ...deed, params: { ...deed.params, ...params }, key, reason: why };
    }
    if (instance === undefined) throw new Error('it does not say which instance is to be replaced');
    return { ...deed, instance, reason: why };
  }

  #memo(): Memo | undefined {
    const value = this.#tools.memory.get(this.#key);
    return isMemo(value) ? value : undefined;
  }
}

function isMemo(value: unknown): value is Memo {
  return typeof value === 'object' && value !== null && 'sinceMs' in value && 'done' in value;
}
