/** One life of a scheduler: from its start to its crash, after which nothing of it can be seen or heard any more. */
import { hostHere, openScheduler } from '@warder/scheduler';
import type { Clock, ConfigOf, Log, PackageCode, Scheduler } from '@warder/scheduler';
import type { Engine, EngineEvent, EngineSession, Launch } from '@warder/engine';
import type { Change, Store, StoredRecord } from '@warder/store';
import type { Reservation } from '@warder/core';
import type { Tenant } from './cluster/tenant.ts';
import type { VirtualClock } from './clock.ts';
import type { Faults } from './fault.ts';
import type { Random } from './random.ts';

export type ProcessOptions = {
  /** The name of the service. */
  readonly name: string;
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly faults: () => Faults;
  readonly tenant: Tenant;
  readonly store: Store;
  readonly code: PackageCode;
  /** Absent: its plans cannot change the configuration. */
  readonly configOf?: ConfigOf;
  /** Called with what a start has read. */
  readonly loaded: (records: readonly StoredRecord[]) => void;
  /** Called with what is in the store now, before anything of it is performed. */
  readonly committed: (changes: readonly Change[]) => void;
  readonly crashed: (why: string) => void;
  /** An error that no fault explains. */
  readonly failed: (text: string) => void;
};

const never = new Promise<never>(() => {});

export class Process {
  scheduler: Scheduler | undefined;
  /** Commits that are not in the store yet. */
  committing = 0;
  #alive = true;
  readonly #death = Promise.withResolvers<undefined>();
  readonly #options: ProcessOptions;
  #listener: ((event: EngineEvent) => void) | undefined;

  constructor(options: ProcessOptions) {
    this.#options = options;
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Resolves at its crash: whoever waits for an answer of it gets none. */
  get died(): Promise<undefined> {
    return this.#death.promise;
  }

  async start(): Promise<'uninstalled' | 'closed'> {
    const { code, configOf } = this.#options;
    const create = { packageName: 'world', uid: '0'.repeat(32) };
    const scheduler = await openScheduler({
      name: this.#options.name,
      store: this.#store(),
      engine: this.#engine(),
      host: hostHere(code),
      clock: this.#clock(),
      log: this.#log(),
      create,
      ...(configOf === undefined ? {} : { configOf }),
    });
    this.scheduler = scheduler;
    return scheduler.ended;
  }

  crash(why: string): void {
    if (!this.#alive) return;
    this.#alive = false;
    this.#death.resolve(undefined);
    if (this.#listener !== undefined) this.#options.tenant.unlisten(this.#listener);
    this.#options.crashed(why);
  }

  #clock(): Clock {
    const { clock } = this.#options;
    return {
      now: clock.now,
      wake: (atMs, call) =>
        clock.wake(atMs, () => {
          if (this.#alive) call();
        }),
    };
  }

  #log(): Log {
    const silent = (): void => {};
    return {
      debug: silent,
      info: silent,
      warn: silent,
      error: (fields, message) => {
        if (message.startsWith('commit failed') || message.startsWith('uninstall is not finished')) return;
        const error = 'error' in fields ? fields.error : undefined;
        this.#options.failed(`${message}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      },
    };
  }

  #store(): Store {
    const { store, random, faults, clock, committed, loaded } = this.#options;
    return {
      load: async (prefix) => {
        if (!this.#alive) return never;
        const records = await store.load(prefix);
        if (this.scheduler === undefined) loaded(records);
        return records;
      },
      commit: async (changes) => {
        if (!this.#alive) return never;
        this.committing += 1;
        const { crashBeforeCommit, crashAfterCommit, storeFails, storeSlow } = faults();
        if (random.chance(storeSlow)) {
          await clock.sleep(random.between(1, 500));
          if (!this.#alive) return never;
        }
        if (random.chance(crashBeforeCommit)) {
          this.crash('before a commit');
          return never;
        }
        if (random.chance(storeFails)) {
          this.committing -= 1;
          throw new Error('the disk is full');
        }
        this.committing -= 1;
        await store.commit(changes);
        committed(changes);
        if (!random.chance(crashAfterCommit)) return;
        this.crash('after a commit');
        return never;
      },
      close: () => store.close(),
    };
  }

  #engine(): Engine {
    const { tenant } = this.#options;
    return {
      kind: 'simulated',
      capabilities: {
        offers: 'advisory',
        reservations: 'full',
        ports: 'per-host',
        statuses: 'acknowledged',
        isolation: [],
        vips: false,
        features: [],
      },
      open: async (_service, listener) => {
        this.#listener = listener;
        tenant.listen(listener);
        return this.#session();
      },
      agents: () => [],
      close: async () => {},
    };
  }

  #session(): EngineSession {
    const { tenant, random, faults } = this.#options;
    /** A call that is made, and perhaps the last one. */
    const act = (call: () => void): void => {
      if (!this.#alive) return;
      call();
      if (random.chance(faults().crashAfterAct)) this.crash('after an act');
    };
    return {
      launch: (launch: Launch) => act(() => tenant.launch(launch)),
      kill: (taskId, graceMs) => act(() => tenant.kill(taskId, graceMs)),
      release: (operationId: string, reservation: Reservation) => act(() => tenant.release(operationId, reservation)),
      reconcile: (tasks, reservations) => act(() => tenant.reconcile(tasks, reservations)),
      logs: () => {
        throw new Error('a simulated task has no logs');
      },
      exec: () => Promise.reject(new Error('a simulated task runs no commands')),
      list: () => Promise.reject(new Error('a simulated task has no files')),
      read: () => Promise.reject(new Error('a simulated task has no files')),
      vips: () => [],
      close: async () => {
        if (this.#listener !== undefined) tenant.unlisten(this.#listener);
      },
      purge: async () => {
        if (!this.#alive) return never;
        if (random.chance(faults().crashAfterAct)) {
          this.crash('after the purge');
          return never;
        }
        return undefined;
      },
    };
  }
}
