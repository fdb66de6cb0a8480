/** Everything of one seed, wired together: the real scheduler on a simulated cluster, watched by the checkers. */
import type { Request } from '@warder/core';
import type { PackageCode } from '@warder/scheduler';
import { openMemoryStore } from '@warder/store';
import type { Change, Store } from '@warder/store';
import { Cluster } from './cluster/cluster.ts';
import type { Witness } from './cluster/witness.ts';
import { checkersOf } from './checker/checkers.ts';
import { memoryLapses } from './checker/memory.ts';
import { settled, VirtualClock } from './clock.ts';
import { drawFaults } from './fault.ts';
import type { Faults } from './fault.ts';
import { createCode } from './package-code.ts';
import { Process } from './process.ts';
import { Random } from './random.ts';
import { drawShape } from './shape.ts';
import type { Shape } from './shape.ts';
import { Trace } from './trace.ts';
import { Ledger } from './truth.ts';
import type { Checker } from './truth.ts';
import { createAgents } from './weather.ts';

const START_MS = Date.UTC(2026, 0, 1);
const RESTART_MAX_MS = 30_000;
const FAILURES_MAX = 5;
/** How many timers fire between two looks at the scheduler's memory. */
const LOOK_EVERY = 64;
/** Timers that may fire at one moment. */
const CIRCLES_MAX = 5_000;

export class World {
  readonly clock = new VirtualClock(START_MS);
  readonly random: Random;
  readonly trace: Trace;
  readonly ledger = new Ledger();
  readonly cluster: Cluster;
  readonly overrides = new Map<string, Map<string, string | undefined>>();
  readonly failures: string[] = [];
  readonly shape: Shape;
  faults: Faults;
  crashes = 0;
  /** Uninstalled: nothing of it is left. */
  gone = false;
  process: Process | undefined;
  readonly #store: Store = openMemoryStore();
  readonly #checkers: readonly Checker[];
  readonly #code: PackageCode;
  readonly #processRandom: Random;
  #fired = 0;
  #circling = 0;

  constructor(seed: number, keepTrace: boolean) {
    this.random = new Random(seed);
    this.trace = new Trace(this.clock.now, keepTrace);
    this.faults = drawFaults(this.random.fork());
    this.shape = drawShape(this.random.fork());
    this.#processRandom = this.random.fork();
    this.trace.add(`faults ${JSON.stringify(Object.entries(this.faults).filter(([, value]) => value > 0))}`);
    this.trace.add(`shape ${JSON.stringify(this.shape)}`);
    const parts = { clock: this.clock, faults: () => this.faults };
    const agents = createAgents(this.random.fork(), this.random.between(4, 6));
    this.cluster = new Cluster({ ...parts, random: this.random.fork(), agents, witness: this.#witness() });
    const truth = { cluster: this.cluster, ledger: this.ledger, nowMs: this.clock.now };
    this.#checkers = checkersOf(truth, this.shape, (text) => this.fail(text));
    this.#code = createCode({
      ...parts,
      random: this.random.fork(),
      cluster: this.cluster,
      overrides: this.overrides,
      answered: (record) => {
        this.trace.add(`gate ${record.moment} of ${record.instance} ${record.open ? 'open' : 'closed'}`);
        for (const { gate } of this.#checkers) gate?.(record);
      },
    });
  }

  get nowMs(): number {
    return this.clock.now() - START_MS;
  }

  get failed(): boolean {
    return this.failures.length > 0;
  }

  fail(text: string): void {
    this.trace.add(`FAILURE ${text}`);
    if (this.failures.length < FAILURES_MAX) this.failures.push(`at ${this.nowMs / 1000} s: ${text}`);
  }

  start(): void {
    if (this.gone) return;
    this.trace.add('start');
    const own = new Process({
      clock: this.clock,
      faults: () => this.faults,
      random: this.#processRandom,
      cluster: this.cluster,
      store: this.#store,
      code: this.#code,
      committed: (changes) => this.#committed(changes),
      crashed: (why) => this.#crashed(why),
      failed: (text) => this.fail(text),
    });
    this.process = own;
    own.start().then(
      (how) => {
        this.trace.add(how);
        if (how === 'uninstalled') this.gone = true;
      },
      (error: unknown) => own.crash(`at its start: ${String(error)}`),
    );
  }

  /** Nobody answers when the scheduler is down. */
  ask(request: Request): void {
    const scheduler = this.process?.alive === true ? this.process.scheduler : undefined;
    if (scheduler === undefined || this.gone) return;
    const text = JSON.stringify(request, (key, value: unknown) => (key === 'config' ? undefined : value));
    this.trace.add(`ask ${text}`);
    void scheduler.request('person', request).then((answer) => {
      this.trace.add(`answer to ${text}: ${answer.ok ? 'ok' : answer.code}: ${answer.message}`);
      if (!answer.ok || request.type !== 'configure') return;
      const stored = JSON.stringify(this.ledger.target());
      if (stored !== JSON.stringify(request.config.options))
        this.fail(`configure was answered, but the target is ${stored}`);
    });
  }

  /** Let time pass until something is so, or went wrong. */
  async until(done: () => boolean): Promise<void> {
    while (!done() && !this.failed) {
      const beforeMs = this.clock.now();
      if (!this.clock.fire()) return;
      this.#circling = this.clock.now() === beforeMs ? this.#circling + 1 : 0;
      if (this.#circling > CIRCLES_MAX) this.fail('it goes round in circles: no time passes');
      await settled();
      this.#fired += 1;
      if (this.#fired % LOOK_EVERY === 0) await this.#look();
    }
  }

  async #look(): Promise<void> {
    const { process } = this;
    const scheduler = process?.scheduler;
    if (process === undefined || scheduler === undefined || !process.alive || process.committing || this.gone) return;
    if (scheduler.trouble() !== undefined) return;
    for (const lapse of await memoryLapses(scheduler.state, this.#store)) this.fail(lapse);
  }

  #committed(changes: readonly Change[]): void {
    for (const { committing } of this.#checkers) committing?.(changes);
    this.ledger.apply(changes);
    for (const { path, value } of changes) {
      const [, , kind, id] = path.split('/');
      if (kind !== 'step' || value === undefined) continue;
      const { status, name, reason } = value as { status: string; name: string; reason?: { text: string } };
      this.trace.add(`step ${id} ${name} ${status} ${reason?.text ?? ''}`);
    }
    for (const { committed } of this.#checkers) committed?.(changes);
    if (this.ledger.size === 0) this.gone = true;
  }

  #crashed(why: string): void {
    this.trace.add(`crash ${why}`);
    this.crashes += 1;
    for (const { crashed } of this.#checkers) crashed?.();
    this.clock.wake(this.clock.now() + this.#processRandom.between(100, RESTART_MAX_MS), () => this.start());
  }

  #witness(): Witness {
    return {
      launching: (launch) => {
        for (const { launching } of this.#checkers) launching?.(launch);
        // A new place is empty: what procedures had set went with the old one.
        if (!this.cluster.reservations.has(launch.reservation.id)) this.overrides.delete(launch.reservation.instance);
      },
      killing: (task, why) => {
        for (const { killing } of this.#checkers) killing?.(task, why);
      },
      releasing: (reservation, why) => {
        for (const { releasing } of this.#checkers) releasing?.(reservation, why);
      },
      trace: (text) => this.trace.add(text),
    };
  }
}
