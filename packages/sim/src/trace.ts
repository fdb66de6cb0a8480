/** What happened, line by line; its hash is kept always, its text only when somebody wants to read it. */
import { hash } from 'node:crypto';

/** Lines are hashed together: one call for each would cost more than what it hashes. */
const CHUNK = 1 << 16;

export class Trace {
  readonly lines: string[] = [];
  readonly #keep: boolean;
  readonly #nowMs: () => number;
  readonly #startMs: number;
  #text = '';
  #count = 0;

  constructor(nowMs: () => number, keep: boolean) {
    this.#nowMs = nowMs;
    this.#startMs = nowMs();
    this.#keep = keep;
  }

  /** How many lines there are. */
  get length(): number {
    return this.#count;
  }

  add(text: string): void {
    const ms = this.#nowMs() - this.#startMs;
    this.#count += 1;
    this.#text += `${ms} ${text}\n`;
    if (this.#text.length > CHUNK) this.#text = hash('sha1', this.#text);
    if (this.#keep) this.lines.push(`${(ms / 1000).toFixed(3).padStart(9)} ${text}`);
  }

  hash(): string {
    return hash('sha1', this.#text).slice(0, 16);
  }
}
