/** In place of the package's session with ZooKeeper: the same znodes, in the model. */
import { edge } from './current.ts';

export class Session {
  readonly #znodes = edge().znodes();

  async create(path: string, data = ''): Promise<boolean> {
    await this.#travel();
    if (this.#znodes.has(path)) return false;
    this.#znodes.set(path, data);
    return true;
  }

  async read(path: string): Promise<string | undefined> {
    await this.#travel();
    return this.#znodes.get(path);
  }

  async write(path: string, data: string): Promise<void> {
    await this.#travel();
    if (!this.#znodes.has(path)) throw new Error(`${path}: no node`);
    this.#znodes.set(path, data);
  }

  async children(path: string): Promise<readonly string[] | undefined> {
    await this.#travel();
    if (path !== '/' && !this.#znodes.has(path)) return undefined;
    const above = path === '/' ? '/' : `${path}/`;
    const below = [...this.#znodes.keys()].filter((each) => each.startsWith(above));
    return below.map((each) => each.slice(above.length)).filter((name) => name !== '' && !name.includes('/'));
  }

  async delete(path: string): Promise<void> {
    await this.#travel();
    this.#znodes.delete(path);
  }

  async sync(): Promise<void> {
    await this.#travel();
  }

  async #travel(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    edge().wake(edge().now() + 2, resolve);
    await promise;
  }
}

export const withSession = async <T>(
  _hosts: string,
  _signal: AbortSignal,
  work: (session: Session) => Promise<T>,
): Promise<T> => work(new Session());
