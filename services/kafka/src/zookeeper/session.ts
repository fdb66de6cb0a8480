/** A session with ZooKeeper, for the length of one piece of work: a few znodes are read, made or deleted. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { JuteReader, JuteWriter } from './wire.ts';

const connectMs = 3000;
const requestMs = 10_000;

/** How long the ensemble remembers a session that ended without a goodbye. */
const sessionMs = 10_000;

/** An answer that is longer is none. */
const frameMax = 64 * 1024 * 1024;

const operation = { create: 1, delete: 2, getData: 4, set: 5, getChildren: 8, sync: 9, multi: 14, close: -11 } as const;

const names: Readonly<Record<number, string>> = {
  [-4]: 'connection loss',
  [-101]: 'no node',
  [-102]: 'not allowed by its access list',
  [-103]: 'bad version',
  [-110]: 'node exists',
  [-111]: 'not empty',
  [-112]: 'session expired',
};

class ZooKeeperError extends Error {
  /** The number that the protocol has for it; 0: no answer. */
  readonly reply: number;

  constructor(reply: number, what: string) {
    super(what);
    this.reply = reply;
  }
}

const noNode = -101;
const nodeExists = -110;

type Waiting = { readonly resolve: (body: JuteReader) => void; readonly reject: (error: Error) => void };

export class Session {
  readonly #socket: Socket;
  readonly #waiting = new Map<number, Waiting>();
  #buffer = Buffer.alloc(0);
  #xid = 0;
  #greeted: Waiting | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('error', (error) => this.#fail(error.message));
    socket.on('close', () => this.#fail('the connection was closed'));
  }

  /** With the first of `host:port,host:port` that takes one. Rejects when none does. */
  static async open(hosts: string, signal: AbortSignal): Promise<Session> {
    const problems: string[] = [];
    for (const host of hosts.split(',')) {
      try {
        return await Session.#openOne(host.trim(), signal);
      } catch (error) {
        if (signal.aborted) throw error;
        problems.push(`${host}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    throw new ZooKeeperError(0, `no member of the ensemble can be reached: ${problems.join('; ')}`);
  }

  static async #openOne(host: string, signal: AbortSignal): Promise<Session> {
    const at = host.lastIndexOf(':');
    const limit = AbortSignal.any([signal, AbortSignal.timeout(connectMs)]);
    const socket = connect({ host: host.slice(0, at), port: Number(host.slice(at + 1)) });
    try {
      await once(socket, 'connect', { signal: limit });
      const session = new Session(socket);
      await session.#greet(limit);
      return session;
    } catch (error) {
      socket.destroy();
      throw limit.aborted ? new ZooKeeperError(0, `no session within ${connectMs} ms`) : error;
    }
  }

  /** False: it is there already. */
  async create(path: string, data = ''): Promise<boolean> {
    const world = (to: JuteWriter): JuteWriter => to.int(1).int(31).text('world').text('anyone');
    const body = (to: JuteWriter): JuteWriter => world(to.text(path).bytes(Buffer.from(data))).int(0);
    return (await this.#unless(nodeExists, operation.create, path, body)) !== undefined;
  }

  /** Undefined: there is no such node. */
  async read(path: string): Promise<string | undefined> {
    const answer = await this.#unless(noNode, operation.getData, path, (to) => to.text(path).boolean(false));
    return answer?.text();
  }

  /** Rejects when there is no such node. */
  async write(path: string, data: string): Promise<void> {
    await this.#request(operation.set, path, (to) => to.text(path).bytes(Buffer.from(data)).int(-1));
  }

  /** Writes what is there once more, so many times: its version goes up by that, to what is answered. In one piece. */
  async touch(path: string, times: number): Promise<number | undefined> {
    const data = await this.read(path);
    if (data === undefined) return undefined;
    const again = (to: JuteWriter): JuteWriter =>
      to.int(operation.set).boolean(false).int(-1).text(path).bytes(Buffer.from(data)).int(-1);
    const end = (to: JuteWriter): JuteWriter => to.int(-1).boolean(true).int(-1);
    const answer = await this.#request(operation.multi, path, (to) => {
      for (let time = 0; time < times; time += 1) again(to);
      return end(to);
    });
    // Either all of them are done, or each answers with an error.
    if (answer.int() !== operation.set) throw new ZooKeeperError(0, `${path}: it cannot be written`);
    answer.boolean();
    answer.int();
    for (let stamp = 0; stamp < 4; stamp += 1) answer.long();
    return answer.int() + times - 1;
  }

  /** Undefined: there is no such node. */
  async children(path: string): Promise<readonly string[] | undefined> {
    const answer = await this.#unless(noNode, operation.getChildren, path, (to) => to.text(path).boolean(false));
    return answer?.texts();
  }

  /** That it is gone already is fine. */
  async delete(path: string): Promise<void> {
    await this.#unless(noNode, operation.delete, path, (to) => to.text(path).int(-1));
  }

  /** What was written through other members before is seen by what is read through this one afterwards. */
  async sync(path: string): Promise<void> {
    await this.#request(operation.sync, path, (to) => to.text(path));
  }

  async close(): Promise<void> {
    const said = this.#request(operation.close, '/', (to) => to).catch(() => undefined);
    await Promise.race([said, sleep(1000, undefined, { ref: false })]);
    this.#socket.destroy();
  }

  #greet(signal: AbortSignal): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<JuteReader>();
    this.#greeted = { resolve, reject };
    signal.addEventListener('abort', () => this.#socket.destroy(), { once: true });
    const hello = new JuteWriter().int(0).long(0n).int(sessionMs).long(0n).bytes(Buffer.alloc(16)).boolean(false);
    this.#socket.write(hello.frame());
    return promise;
  }

  async #unless(
    expected: number,
    type: number,
    path: string,
    body: (to: JuteWriter) => JuteWriter,
  ): Promise<JuteReader | undefined> {
    try {
      return await this.#request(type, path, body);
    } catch (error) {
      if (error instanceof ZooKeeperError && error.reply === expected) return undefined;
      throw error;
    }
  }

  async #request(type: number, path: string, body: (to: JuteWriter) => JuteWriter): Promise<JuteReader> {
    const { promise, resolve, reject } = Promise.withResolvers<JuteReader>();
    const xid = (this.#xid += 1);
    const about = (error: Error): void => {
      const code = error instanceof ZooKeeperError ? error.reply : 0;
      reject(new ZooKeeperError(code, `${path}: ${error.message}`));
    };
    this.#waiting.set(xid, { resolve, reject: about });
    const timer = setTimeout(() => this.#fail(`no answer within ${requestMs} ms`), requestMs);
    if (this.#socket.destroyed) this.#fail('the connection was closed');
    else this.#socket.write(body(new JuteWriter().int(xid).int(type)).frame());
    return promise.finally(() => clearTimeout(timer));
  }

  #take(chunk: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, chunk]);
    while (this.#buffer.length >= 4) {
      const length = this.#buffer.readInt32BE(0);
      if (length < 0 || length > frameMax) return this.#fail('it does not speak the protocol of ZooKeeper');
      if (this.#buffer.length < 4 + length) return;
      const frame = this.#buffer.subarray(4, 4 + length);
      this.#buffer = this.#buffer.subarray(4 + length);
      this.#answer(new JuteReader(frame));
    }
  }

  #answer(frame: JuteReader): void {
    const greeted = this.#greeted;
    if (greeted !== undefined) {
      this.#greeted = undefined;
      greeted.resolve(frame);
      return;
    }
    const xid = frame.int();
    frame.long();
    const code = frame.int();
    const waiting = this.#waiting.get(xid);
    this.#waiting.delete(xid);
    if (code === 0) waiting?.resolve(frame);
    else waiting?.reject(new ZooKeeperError(code, names[code] ?? `error ${code}`));
  }

  #fail(why: string): void {
    this.#socket.destroy();
    const error = new ZooKeeperError(0, why);
    this.#greeted?.reject(error);
    this.#greeted = undefined;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

/** Do a piece of work in a session of its own, which is closed after it. */
export const withSession = async <T>(
  hosts: string,
  signal: AbortSignal,
  work: (session: Session) => Promise<T>,
): Promise<T> => {
  const session = await Session.open(hosts, signal);
  try {
    return await work(session);
  } finally {
    await session.close();
  }
};
