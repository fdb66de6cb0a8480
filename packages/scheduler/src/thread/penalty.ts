/** Calls that have harmed others: each is not made again for a while, longer every time. */

const FIRST_MS = 5_000;
const LONGEST_MS = 300_000;
/** Who has harmed nobody for so long has learned. */
const FORGIVEN_MS = 3_600_000;

type Entry = { readonly times: number; readonly untilMs: number; readonly why: string };

export class Penalties {
  readonly #entries = new Map<string, Entry>();

  add(key: string, why: string, nowMs: number): void {
    const before = this.#entries.get(key);
    const times = before === undefined || nowMs - before.untilMs > FORGIVEN_MS ? 1 : before.times + 1;
    const waitMs = Math.min(LONGEST_MS, FIRST_MS * 2 ** (times - 1));
    this.#entries.set(key, { times, untilMs: nowMs + waitMs, why });
    for (const [other, { untilMs }] of this.#entries) if (nowMs - untilMs > FORGIVEN_MS) this.#entries.delete(other);
  }

  /** Why the call is not made now. */
  of(key: string, nowMs: number): string | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined || entry.untilMs <= nowMs) return undefined;
    const seconds = Math.ceil((entry.untilMs - nowMs) / 1000);
    const times = entry.times === 1 ? '' : ` (${entry.times} times)`;
    return `${entry.why}${times}; it is asked again in ${seconds} s`;
  }
}
