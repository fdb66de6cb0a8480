/** What reactions and detectors must not forget, beside the records of the core. */
import type { Store, StoredRecord } from '@warder/store';

/** Below the folder of the service. */
const FOLDER = 'watch/';

export const isMemory = (path: string): boolean => path.startsWith(FOLDER);

export class Memory {
  readonly #store: Store;
  readonly #prefix: string;
  readonly #values = new Map<string, unknown>();
  #closed = false;

  /** `prefix`: the folder of the service; `records`: what lies in it. */
  constructor(store: Store, prefix: string, records: readonly StoredRecord[]) {
    this.#store = store;
    this.#prefix = prefix + FOLDER;
    for (const { path, value } of records) {
      if (path.startsWith(this.#prefix)) this.#values.set(decodeURIComponent(path.slice(this.#prefix.length)), value);
    }
  }

  get(name: string): unknown {
    return this.#values.get(name);
  }

  /** Undefined forgets. Rejects when the store takes no writes; it is known here all the same. */
  async set(name: string, value: unknown): Promise<void> {
    if (this.#closed || (value === undefined && !this.#values.has(name))) return;
    if (value === undefined) this.#values.delete(name);
    else this.#values.set(name, value);
    const path = this.#prefix + encodeURIComponent(name);
    await this.#store.commit([value === undefined ? { path } : { path, value }]);
  }

  /** Nothing is written any more: the service may be gone. */
  close(): void {
    this.#closed = true;
  }
}
