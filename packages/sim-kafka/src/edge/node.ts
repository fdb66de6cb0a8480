/** In place of the package's connection to one broker or controller: the same questions, answered by the model. */
import type { Api } from '@warder/kafka/client/api';
import { ConnectionError } from '@warder/kafka/client/error';
import type { Address, NodeOptions } from '@warder/kafka/client/node';
import { edge } from './current.ts';

const never = new Promise<never>(() => {});

export class KafkaNode {
  readonly address: Address;
  readonly #options: NodeOptions;
  readonly #life = edge().life();
  readonly #closers = new Set<() => void>();

  constructor(address: Address, options: NodeOptions) {
    this.address = address;
    this.#options = options;
  }

  async call<Request, Response>(
    api: Api<Request, Response>,
    request: Request,
    signal?: AbortSignal,
  ): Promise<Response> {
    const { life, ask } = edge();
    if (this.#life !== life()) return never;
    const at = `${this.address.host}:${this.address.port}`;
    if (signal?.aborted === true) throw new ConnectionError('aborted', at, 'the request was given up');
    const { promise: given, reject } = Promise.withResolvers<never>();
    const giveUp = (): void => reject(new ConnectionError('aborted', at, 'the request was given up'));
    signal?.addEventListener('abort', giveUp, { once: true });
    this.#closers.add(giveUp);
    try {
      const answer = await Promise.race([ask(this.address, api.name, request, this.#options), given]);
      return this.#life === life() ? (answer as Response) : await never;
    } finally {
      signal?.removeEventListener('abort', giveUp);
      this.#closers.delete(giveUp);
    }
  }

  close(): void {
    for (const giveUp of this.#closers) giveUp();
  }
}
