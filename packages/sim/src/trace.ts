/** What happened, line by line; its hash is kept always, its text only when somebody wants to read it. */
export class Trace {
  readonly lines: string[] = [];
  readonly #keep: boolean;
  readonly #nowMs: () => number;
  readonly #startMs: number;
  #hash = 0x811c9dc5;

  constructor(nowMs: () => number, keep: boolean) {
    this.#nowMs = nowMs;
    this.#startMs = nowMs();
    this.#keep = keep;
  }

  add(text: string): void {
    const line = `${((this.#nowMs() - this.#startMs) / 1000).toFixed(3).padStart(9)} ${text}`;
    for (let at = 0; at < line.length; at += 1) {
      this.#hash = Math.imul(this.#hash ^ line.charCodeAt(at), 0x01000193);
    }
    if (this.#keep) this.lines.push(line);
  }

  hash(): string {
    return (this.#hash >>> 0).toString(16).padStart(8, '0');
  }
}
