/** A small pool of connections, one for each address, for the length of one piece of work. */
import { KafkaNode, type Address, type NodeOptions } from './node.ts';

/** More addresses than this at once close the connection that was used least recently. */
const connectionsMax = 32;

export class KafkaClient {
  readonly #nodes = new Map<string, KafkaNode>();
  readonly #options: NodeOptions;

  constructor(options: NodeOptions) {
    this.#options = options;
  }

  node(address: Address): KafkaNode {
    const key = `${address.host}:${address.port}`;
    const node = this.#nodes.get(key) ?? new KafkaNode(address, this.#options);
    this.#nodes.delete(key);
    this.#nodes.set(key, node);
    if (this.#nodes.size > connectionsMax) this.#closeOldest();
    return node;
  }

  close(): void {
    for (const node of this.#nodes.values()) node.close();
    this.#nodes.clear();
  }

  #closeOldest(): void {
    for (const [key, node] of this.#nodes) {
      node.close();
      this.#nodes.delete(key);
      return;
    }
  }
}

/** For a gate: what does not answer soon counts as not there. */
export const quick: NodeOptions = { connectMs: 1000, requestMs: 1500 };

/** For a request that a person made. */
export const patient: NodeOptions = { connectMs: 2000, requestMs: 30_000 };

/** Do a piece of work with a client of its own, which is closed after it. */
export const withClient = async <T>(options: NodeOptions, work: (client: KafkaClient) => Promise<T>): Promise<T> => {
  const client = new KafkaClient(options);
  try {
    return await work(client);
  } finally {
    client.close();
  }
};
