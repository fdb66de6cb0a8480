/** One service of a world: the real scheduler with its store, watched by the checkers. */
import type { Request, StartRequest } from '@warder/core';
import type { DryRun, PackageCode, Scheduler } from '@warder/scheduler';
import type { Change, Store } from '@warder/store';
import { checkersOf } from './checker/checkers.ts';
import { memoryLapses } from './checker/memory.ts';
import type { Cluster } from './cluster/cluster.ts';
import type { Tenant } from './cluster/tenant.ts';
import type { Witness } from './cluster/witness.ts';
import type { VirtualClock } from './clock.ts';
import type { Faults } from './fault.ts';
import { Ledger } from './ledger.ts';
import { createCode } from './code/code.ts';
import type { CallRecord, GateRecord, ProbeRecord } from './code/options.ts';
import { Process } from './process.ts';
import type { Random } from './random.ts';
import type { Shape } from './shape/shape.ts';
import { openSimStore } from './store.ts';
import type { Trace } from './trace.ts';
import type { Checker } from './truth.ts';

const RESTART_MAX_MS = 30_000;

export type ServiceOptions = {
  readonly shape: Shape;
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly faults: () => Faults;
  readonly cluster: Cluster;
  readonly trace: Trace;
  readonly fail: (text: string) => void;
  /** Whether anybody looks: nothing may depend on it. */
  readonly watched: boolean;
};

export class Service {
  readonly shape: Shape;
  readonly ledger: Ledger;
  readonly tenant: Tenant;
  /** What procedures have set, by instance. */
  readonly overrides = new Map<string, Map<string, string | undefined>>();
  /** Ids of the runs for whose time something is set up. */
  readonly setUps = new Set<string>();
  crashes = 0;
  commits = 0;
  /** Uninstalled: nothing of it is left. */
  gone = false;
  readonly #options: ServiceOptions;
  readonly #random: Random;
  readonly #store: Store = openSimStore();
  readonly #checkers: readonly Checker[];
  readonly #code: PackageCode;
  #process: Process | undefined;

  constructor(options: ServiceOptions) {
    const { shape, random, clock, cluster, trace, watched } = options;
    this.#options = options;
    this.shape = shape;
    this.ledger = new Ledger(shape.name);
    this.#random = random.fork();
    this.tenant = cluster.tenant(this.#witness());
    const truth = { tenant: this.tenant, ledger: this.ledger, setUps: this.setUps, nowMs: clock.now };
    this.#checkers = watched ? checkersOf(truth, shape, (text) => this.#fail(text)) : [];
    const tools = {
      clock,
      random: random.fork(),
      faults: options.faults,
      tenant: this.tenant,
      overrides: this.overrides,
      setUps: this.setUps,
      lives: () => this.crashes,
      trace: (text: string) => trace.add(text),
      gate: (record: GateRecord) => {
        for (const { gate } of this.#checkers) gate?.(record);
      },
      probe: (record: ProbeRecord) => {
        for (const { probe } of this.#checkers) probe?.(record);
      },
      call: (record: CallRecord) => {
        for (const { call } of this.#checkers) call?.(record);
      },
    };
    this.#code = createCode(tools, shape.watching);
  }

  start(): void {
    if (this.gone) return;
    const { clock, faults, trace, shape } = this.#options;
    trace.add(`${shape.name} starts`);
    const own = new Process({
      name: shape.name,
      clock,
      faults,
      random: this.#random,
      tenant: this.tenant,
      store: this.#store,
      code: this.#code,
      loaded: (records) => {
        if (!this.ledger.adopt(records)) this.#fail('the store does not hold what was committed');
      },
      committed: (changes) => this.#committed(changes),
      crashed: (why) => this.#crashed(why),
      failed: (text) => this.#fail(text),
    });
    this.#process = own;
    own.start().then(
      (how) => {
        trace.add(`${shape.name} ${how}`);
        if (how === 'uninstalled') this.gone = true;
      },
      (error: unknown) => own.crash(`at its start: ${String(error)}`),
    );
  }

  crash(why: string): void {
    this.#process?.crash(why);
  }

  /** Nobody answers when the scheduler is down. */
  ask(request: Request, dry?: DryRun): void {
    const scheduler = this.#scheduler();
    if (scheduler === undefined) return;
    const text = JSON.stringify(request, (key, value: unknown) => (key === 'config' ? undefined : value));
    const { trace, shape } = this.#options;
    trace.add(`${shape.name} ask ${text}`);
    for (const { asked } of this.#checkers) asked?.(request, dry);
    void scheduler.request('person', request).then((answer) => {
      trace.add(`answer to ${text}: ${answer.ok ? 'ok' : answer.code}: ${answer.message}`);
      for (const { answered } of this.#checkers) answered?.(request, answer);
    });
  }

  /** Look at a dry run first, think about it for a while, then ask for exactly that. */
  askAsShown(request: StartRequest, thinkMs: number): void {
    const scheduler = this.#scheduler();
    const { clock, trace } = this.#options;
    void scheduler?.dryRun('person', request).then((dry) => {
      trace.add(`dry run of ${request.type}: ${'ok' in dry ? dry.message : dry.hash}`);
      if ('ok' in dry) return;
      clock.wake(clock.now() + thinkMs, () => this.ask({ ...request, hash: dry.hash }, dry));
    });
  }

  #scheduler(): Scheduler | undefined {
    return this.#process?.alive === true && !this.gone ? this.#process.scheduler : undefined;
  }

  /** Compare what the scheduler has in mind with what its store holds. */
  look(): void {
    const own = this.#process;
    const scheduler = own?.scheduler;
    if (own === undefined || scheduler === undefined || !own.alive || own.committing > 0 || this.gone) return;
    if (scheduler.trouble() !== undefined) return;
    for (const lapse of memoryLapses(scheduler.state, this.ledger)) this.#fail(lapse);
  }

  #fail(text: string): void {
    this.#options.fail(`${this.shape.name}: ${text}`);
  }

  #committed(changes: readonly Change[]): void {
    const written = this.ledger.read(changes);
    this.commits += 1;
    for (const { committing } of this.#checkers) committing?.(written);
    this.ledger.apply(written);
    for (const { kind, id, after } of written) {
      if (kind !== 'step' || after === undefined) continue;
      this.#options.trace.add(`step ${id} ${after.name} ${after.status} ${after.reason?.text ?? ''}`);
    }
    for (const { committed } of this.#checkers) committed?.(written);
    if (this.ledger.size === 0) this.gone = true;
  }

  #crashed(why: string): void {
    const { trace, clock, shape } = this.#options;
    trace.add(`${shape.name} crashes ${why}`);
    this.crashes += 1;
    for (const { crashed } of this.#checkers) crashed?.();
    clock.wake(clock.now() + this.#random.between(100, RESTART_MAX_MS), () => this.start());
  }

  #witness(): Witness {
    return {
      launching: (launch) => {
        for (const { launching } of this.#checkers) launching?.(launch);
        // A new place is empty: what procedures had set went with the old one.
        if (!this.tenant.reservations.has(launch.reservation.id)) this.overrides.delete(launch.reservation.instance);
      },
      killing: (task, why) => {
        for (const { killing } of this.#checkers) killing?.(task, why);
      },
      releasing: (reservation, why) => {
        for (const { releasing } of this.#checkers) releasing?.(reservation, why);
      },
      trace: (text) => this.#options.trace.add(text),
    };
  }
}
