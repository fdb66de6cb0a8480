/** What a person has asked for and was not answered yet. A request is decided in the commit before its answer. */
import type { Request } from '@warder/core';
import type { Checker } from '../truth.ts';

export class Pending {
  readonly #open = new Set<Request>();

  get any(): boolean {
    return this.#open.size > 0;
  }

  has(...types: readonly Request['type'][]): boolean {
    for (const { type } of this.#open) if (types.includes(type)) return true;
    return false;
  }

  readonly hooks: Pick<Checker, 'asked' | 'answered' | 'crashed'> = {
    asked: (request) => void this.#open.add(request),
    // What could not be recorded when it was answered may be later.
    answered: (request, answer) => {
      if (answer.ok || answer.code !== 'store-unwritable') this.#open.delete(request);
    },
    crashed: () => this.#open.clear(),
  };
}
