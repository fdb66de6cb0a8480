/** One broker or controller: one connection, with the API versions that this very connection offers. */
import { Connection, TimeoutError } from '@platformatic/kafka';
import { exchange, negotiate, type Api, type VersionRange } from './api.ts';
import { apiVersions } from './api/api-versions.ts';
import { ConnectionError, ErrorCode } from './error.ts';

export type Address = { readonly host: string; readonly port: number };

export type NodeOptions = { readonly connectMs: number; readonly requestMs: number };

type Open = { readonly connection: Connection; readonly ranges: ReadonlyMap<number, VersionRange> };

export class KafkaNode {
  readonly address: Address;
  readonly #options: NodeOptions;
  #open: Promise<Open> | undefined;
  #connection: Connection | undefined;

  constructor(address: Address, options: NodeOptions) {
    this.address = address;
    this.#options = options;
  }

  /**
   * Ask in the newest version that both sides speak. An error code within the answer is part of the answer; rejects
   * with a ConnectionError when there is none. The next call after such a failure connects (and negotiates) anew.
   */
  async call<Request, Response>(
    api: Api<Request, Response>,
    request: Request,
    signal?: AbortSignal,
  ): Promise<Response> {
    if (signal?.aborted) throw this.#problem('aborted', 'the request was given up');
    const abort = (): void => this.close();
    signal?.addEventListener('abort', abort, { once: true });
    try {
      const { connection, ranges } = await this.#connected();
      const version = negotiate(api, ranges.get(api.key));
      if (version === undefined) throw this.#unsupported(api, ranges.get(api.key));
      return await exchange(connection, api, version, request);
    } catch (error) {
      if (error instanceof ConnectionError) throw error;
      this.close();
      if (signal?.aborted) throw this.#problem('aborted', 'the request was given up', error);
      if (error instanceof TimeoutError) {
        throw this.#problem('timeout', `no answer to ${api.name} within ${this.#options.requestMs} ms`, error);
      }
      throw this.#problem('unreachable', `${api.name}: ${causes(error)}`, error);
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  close(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    this.#open = undefined;
    if (connection === undefined) return;
    // There is nothing to flush: whoever waits for an answer is told at once.
    if (connection.isConnected()) connection.socket.destroy();
    else void Promise.resolve(connection.close()).catch(() => undefined);
  }

  #connected(): Promise<Open> {
    if (this.#connection?.isConnected() && this.#open !== undefined) return this.#open;
    this.#open ??= this.#connect();
    return this.#open;
  }

  async #connect(): Promise<Open> {
    const connection = new Connection('warder', {
      connectTimeout: this.#options.connectMs,
      requestTimeout: this.#options.requestMs,
    });
    this.#connection = connection;
    connection.on('error', () => undefined);
    connection.on('close', () => {
      if (this.#connection === connection) this.#open = undefined;
    });
    await connection.connect(this.address.host, this.address.port);
    return { connection, ranges: await this.#negotiate(connection) };
  }

  async #negotiate(connection: Connection): Promise<ReadonlyMap<number, VersionRange>> {
    for (const version of [3, 0]) {
      const answer = await exchange(connection, apiVersions, version, null);
      if (answer.errorCode === ErrorCode.none) return answer.ranges;
    }
    throw this.#problem('unsupported', 'it answers to no version of ApiVersions that is known here');
  }

  #unsupported(api: Api<never, unknown>, offered: VersionRange | undefined): ConnectionError {
    const theirs = offered === undefined ? 'does not offer it' : `offers ${offered.min} to ${offered.max}`;
    return this.#problem('unsupported', `${api.name}: versions ${api.min} to ${api.max} are known here, it ${theirs}`);
  }

  #problem(kind: ConnectionError['problem'], message: string, cause?: unknown): ConnectionError {
    return new ConnectionError(kind, `${this.address.host}:${this.address.port}`, message, cause);
  }
}

/** The innermost message says what happened; the outer ones only that something did. */
const causes = (error: unknown): string => {
  let inner = error;
  for (let depth = 0; depth < 8 && inner instanceof Error && inner.cause instanceof Error; depth++) inner = inner.cause;
  return inner instanceof Error ? inner.message : String(inner);
};
