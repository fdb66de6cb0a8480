/** The code of a package in a thread of its own: what it does wrong hurts only the call that did it. */
import { callName, isRepeatable } from '../code/call.ts';
import type { Call } from '../code/call.ts';
import type { PackageHost } from '../code/host.ts';
import type { Outline } from '../code/outline.ts';
import { PackageError } from '../package/error.ts';
import type { ServiceView } from '../package/view.ts';
import type { Log } from '../scheduler.ts';
import { fromCrossing } from './error.ts';
import type { FromThread } from './message.ts';
import { Penalties } from './penalty.ts';
import { Thread } from './thread.ts';
import type { Limits } from './thread.ts';
import { deltaOf } from './view-delta.ts';

export type ThreadHostOptions = {
  /** Of the package. */
  readonly name: string;
  /** The file whose default export is the code. */
  readonly file: string;
  readonly log: Log;
  readonly limits?: Partial<Limits & { readonly idleMs: number; readonly plannedMs: number }>;
};

type Pending = {
  readonly call: Call;
  readonly service: ServiceView | undefined;
  readonly signal: AbortSignal;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  /** How many threads have died while it ran. */
  deaths: number;
};

/** Calls of one package at a time. */
const CALLS_MAX = 1_000;
/** A call that was running at so many deaths is not made once more, even if nobody knows who did it. */
const DEATHS_MAX = 2;
/** Calls that were given up and have not come to their end: they may hold on to anything. */
const ABANDONED_MAX = 100;

/**
 * A thread that is idle for a minute costs less to start again than to keep. After it has made a plan it is kept longer: code
 * may remember what a dry run has shown, until a person approves it.
 */
const usual = { blockedMs: 5_000, memoryMiB: 128, idleMs: 60_000, plannedMs: 900_000 };

/** Rejects when the code cannot be loaded. */
export async function openThreadHost(options: ThreadHostOptions): Promise<PackageHost> {
  const host = new ThreadHost(options);
  const outline = await host.load().catch(async (error: unknown) => {
    await host.close();
    throw error;
  });
  return { outline, ask: (call, service, signal) => host.ask(call, service, signal), close: () => host.close() };
}

class ThreadHost {
  readonly #options: ThreadHostOptions;
  readonly #limits: typeof usual;
  readonly #pending = new Map<number, Pending>();
  readonly #abandoned = new Map<number, string>();
  readonly #penalties = new Penalties();
  /** The view of each service that the thread has. */
  readonly #sent = new Map<string, ServiceView>();
  #thread: Thread | undefined;
  #ids = 0;
  #idle: NodeJS.Timeout | undefined;
  /** When the thread has made a plan for the last time. */
  #plannedMs = -Infinity;
  #closed = false;

  constructor(options: ThreadHostOptions) {
    this.#options = options;
    this.#limits = { ...usual, ...options.limits };
  }

  async load(): Promise<Outline> {
    const thread = this.#started();
    const outline = await thread.ready;
    this.#rest();
    return outline;
  }

  ask(call: Call, service: ServiceView | undefined, signal: AbortSignal): Promise<unknown> {
    if (this.#closed) return Promise.reject(new Error(`the package ${this.#options.name} is closed`));
    if (signal.aborted) return Promise.reject(new Error('it was not wanted any more'));
    const penalty = this.#penalties.of(keyOf(call, service), Date.now());
    if (penalty !== undefined) return Promise.reject(new Error(penalty));
    if (this.#pending.size >= CALLS_MAX) return Promise.reject(new Error(`${CALLS_MAX} calls of the package wait`));
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#ids += 1;
    const id = this.#ids;
    const give = (): void => this.#abandon(id);
    signal.addEventListener('abort', give, { once: true });
    this.#pending.set(id, { call, service, signal, resolve, reject, deaths: 0 });
    this.#post(id);
    return promise.finally(() => signal.removeEventListener('abort', give));
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#idle);
    for (const [id, { reject }] of this.#pending) {
      this.#pending.delete(id);
      reject(new Error(`the package ${this.#options.name} is closed`));
    }
    await this.#end();
  }

  #post(id: number): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    const { call, service } = pending;
    if (call.part === 'plan') this.#plannedMs = Date.now();
    const thread = this.#started();
    thread.watch(true);
    const view = service === undefined ? undefined : deltaOf(service, this.#sent.get(service.uid));
    try {
      thread.post({ type: 'call', id, call, ...(view === undefined ? {} : { view }) });
      if (service !== undefined) this.#sent.set(service.uid, service);
    } catch (error) {
      this.#settle(id)?.reject(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #started(): Thread {
    clearTimeout(this.#idle);
    if (this.#thread !== undefined) return this.#thread;
    const { name, file, log } = this.#options;
    const { blockedMs, memoryMiB } = this.#limits;
    const thread = new Thread({
      name,
      file,
      log,
      blockedMs,
      memoryMiB,
      told: (message) => this.#told(message),
      died: (why, running) => this.#died(thread, why, running),
    });
    this.#thread = thread;
    // It was loaded before: what is wrong now is what became of the files meanwhile.
    thread.ready.catch((error: unknown) => {
      if (this.#thread === thread) this.#unusable(error instanceof Error ? error.message : String(error));
    });
    return thread;
  }

  #told(message: Exclude<FromThread, { type: 'ready' | 'unusable' }>): void {
    if (message.type === 'stray') {
      const { id, error } = message;
      this.#options.log.warn(
        { package: this.#options.name, error: error.message },
        'a package threw where nobody catches it',
      );
      this.#settle(id)?.reject(new Error(`it threw where nobody catches it: ${error.message}`));
      return;
    }
    const pending = this.#settle(message.id);
    if (message.type === 'error') pending?.reject(fromCrossing(message.error));
    else pending?.resolve(message.json === undefined ? undefined : JSON.parse(message.json));
  }

  #settle(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    this.#abandoned.delete(id);
    this.#rest();
    return pending;
  }

  /** Nobody waits for it any more; it may still run. */
  #abandon(id: number): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    this.#pending.delete(id);
    this.#abandoned.set(id, keyOf(pending.call, pending.service));
    this.#thread?.post({ type: 'abort', id });
    pending.reject(new Error('it was given up'));
    this.#rest();
  }

  #rest(): void {
    if (this.#pending.size > 0) return;
    if (this.#abandoned.size > ABANDONED_MAX) {
      const { name, log } = this.#options;
      log.warn({ package: name, calls: this.#abandoned.size }, 'calls of a package never end; its thread is ended');
      void this.#end();
      return;
    }
    this.#thread?.watch(false);
    clearTimeout(this.#idle);
    const { idleMs, plannedMs } = this.#limits;
    const restMs = Math.max(idleMs, this.#plannedMs + plannedMs - Date.now());
    this.#idle = setTimeout(() => void this.#end(), restMs).unref();
  }

  async #end(): Promise<void> {
    const thread = this.#forget();
    await thread?.end();
  }

  #forget(): Thread | undefined {
    const thread = this.#thread;
    this.#thread = undefined;
    this.#sent.clear();
    this.#abandoned.clear();
    return thread;
  }

  #died(thread: Thread, why: string, running: number): void {
    if (this.#thread !== thread) return;
    const { name, log } = this.#options;
    // Where nobody was running at that moment, one that is alone is known all the same.
    const [only] = this.#pending.size === 1 && this.#abandoned.size === 0 ? this.#pending.keys() : [];
    const id = running === 0 ? (only ?? 0) : running;
    const culprit = this.#pending.get(id);
    const key = culprit === undefined ? this.#abandoned.get(id) : keyOf(culprit.call, culprit.service);
    log.error({ package: name, why, call: key ?? 'not known' }, 'the thread of a package had to be ended');
    if (key !== undefined) this.#penalties.add(key, why, Date.now());
    this.#forget();
    if (culprit !== undefined) this.#settle(id)?.reject(new Error(why));
    for (const [other, pending] of this.#pending) {
      pending.deaths += 1;
      const { call, deaths } = pending;
      if (!isRepeatable(call)) this.#settle(other)?.reject(interrupted(call));
      else if (deaths > DEATHS_MAX || (key === undefined && deaths === DEATHS_MAX)) {
        this.#penalties.add(keyOf(call, pending.service), `a call beside it ${why}`, Date.now());
        this.#settle(other)?.reject(new Error(`it, or a call beside it, ${why}`));
      }
    }
    for (const other of this.#pending.keys()) this.#post(other);
  }

  #unusable(why: string): void {
    this.#options.log.error({ package: this.#options.name, why }, 'the code of a package cannot be loaded again');
    void this.#end();
    for (const id of this.#pending.keys()) {
      this.#settle(id)?.reject(new Error(`the code of the package cannot be loaded: ${why}`));
    }
  }
}

/** What is punished together: the same question to the same service. */
const keyOf = (call: Call, service: ServiceView | undefined): string =>
  `${service === undefined ? '' : `${service.name}: `}${callName(call)}`;

function interrupted(call: Call): PackageError {
  const message = `${callName(call)} was interrupted, since another call of the package failed badly`;
  return new PackageError('package-interrupted', message, 503, 'look whether it was done, and ask again if not');
}
