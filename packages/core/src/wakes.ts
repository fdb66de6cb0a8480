/** Who wants to be looked at again, and when: a binary heap in which a newer wish of the same key replaces the older. */
export class Wakes {
  readonly #heap: { readonly key: string; readonly atMs: number }[] = [];
  readonly #atMs = new Map<string, number>();

  set(key: string, atMs: number): void {
    if (this.#atMs.get(key) === atMs) return;
    this.#atMs.set(key, atMs);
    this.#heap.push({ key, atMs });
    let at = this.#heap.length - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#less(at, parent)) break;
      this.#swap(at, parent);
      at = parent;
    }
  }

  delete(key: string): void {
    this.#atMs.delete(key);
  }

  /** When a key wants to be looked at. */
  at(key: string): number | undefined {
    return this.#atMs.get(key);
  }

  /** The earliest time that anybody asked for. */
  next(): number | undefined {
    this.#dropStale();
    return this.#heap[0]?.atMs;
  }

  /** Take out one key whose time has come. */
  take(nowMs: number): string | undefined {
    this.#dropStale();
    const first = this.#heap[0];
    if (first === undefined || first.atMs > nowMs) return undefined;
    this.#pop();
    this.#atMs.delete(first.key);
    return first.key;
  }

  #dropStale(): void {
    for (let first = this.#heap[0]; first !== undefined; first = this.#heap[0]) {
      if (this.#atMs.get(first.key) === first.atMs) return;
      this.#pop();
    }
  }

  #pop(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    let at = 0;
    for (;;) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < this.#heap.length && this.#less(child, least)) least = child;
      }
      if (least === at) return;
      this.#swap(at, least);
      at = least;
    }
  }

  /** Ties go by key, so that the order does not depend on the history of the heap. */
  #less(a: number, b: number): boolean {
    const left = this.#heap[a];
    const right = this.#heap[b];
    if (left === undefined || right === undefined) return false;
    return left.atMs < right.atMs || (left.atMs === right.atMs && left.key < right.key);
  }

  #swap(a: number, b: number): void {
    const left = this.#heap[a];
    const right = this.#heap[b];
    if (left === undefined || right === undefined) return;
    this.#heap[a] = right;
    this.#heap[b] = left;
  }
}
