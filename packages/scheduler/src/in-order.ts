/**
 * What an engine is told, in the order in which it was decided: what must wait (for a key to be made, say) holds up what
 * comes after it, so that no kill overtakes the launch of its task. With nothing to wait for, all is told at once.
 */
export class InOrder {
  readonly #items: { act: (() => void) | undefined }[] = [];
  #closed = false;

  /** What is a promise must not reject: trouble is something to act on as well. */
  add(act: (() => void) | Promise<() => void>): void {
    const item = { act: act instanceof Promise ? undefined : act };
    this.#items.push(item);
    if (act instanceof Promise) {
      void act.then((ready) => {
        item.act = ready;
        this.#drain();
      });
    }
    this.#drain();
  }

  /** What was not told yet never is; the next start takes it up again. */
  close(): void {
    this.#closed = true;
  }

  #drain(): void {
    for (let act = this.#items[0]?.act; act !== undefined && !this.#closed; act = this.#items[0]?.act) {
      this.#items.shift();
      act();
    }
  }
}
