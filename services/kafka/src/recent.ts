/** Values by name, no more than `max`: of more, the one that was set longest ago is dropped. */
export class Recent<T> {
  readonly #all = new Map<string, T>();
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  get(key: string): T | undefined {
    return this.#all.get(key);
  }

  set(key: string, value: T): void {
    this.#all.delete(key);
    this.#all.set(key, value);
    const [oldest] = this.#all.keys();
    if (this.#all.size > this.#max && oldest !== undefined) this.#all.delete(oldest);
  }

  delete(key: string): void {
    this.#all.delete(key);
  }
}
