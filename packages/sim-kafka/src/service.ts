/** The Kafka of a world: the real scheduler with the real package, on a simulated cluster, watched by the checkers. */
import type { NewConfig, Request } from '@warder/core';
import type { DryRun, PackageCode, RollWish, Scheduler } from '@warder/scheduler';
import { always, Ledger, memoryLapses, openSimStore, Process } from '@warder/sim/kit';
import type { Checker, Cluster, Faults, Random, Tenant, Trace, VirtualClock, Witness } from '@warder/sim/kit';
import type { Change } from '@warder/store';
import { canary } from './checker/canary.ts';
import { empty } from './checker/empty.ts';
import { leftover } from './checker/leftover.ts';
import { roll } from './checker/roll.ts';
import { stop } from './checker/stop.ts';
import { tight } from './checker/tight.ts';
import type { Kafka } from './model/kafka.ts';
import { configOf } from './source.ts';
import type { Given } from './source.ts';
import { watched } from './watched.ts';

const RESTART_MAX_MS = 30_000;

export type ServiceOptions = {
  readonly name: string;
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly faults: () => Faults;
  readonly cluster: Cluster;
  readonly kafka: Kafka;
  readonly code: PackageCode;
  readonly trace: Trace;
  readonly fail: (text: string) => void;
  /** Whether anybody looks: nothing may depend on it. */
  readonly watched: boolean;
};

export class Service {
  readonly ledger: Ledger;
  readonly tenant: Tenant;
  /** Lives of the scheduler so far. */
  crashes = 0;
  commits = 0;
  /** What a person has begun and may still come of it: requests without an answer, rolls that he thinks about. */
  pending = 0;
  readonly #options: ServiceOptions;
  readonly #random: Random;
  readonly #store = openSimStore();
  readonly #checkers: readonly Checker[];
  readonly #code: PackageCode;
  #process: Process | undefined;

  constructor(options: ServiceOptions) {
    const { name, random, clock, cluster, kafka, code, trace, fail } = options;
    this.#options = options;
    this.#random = random.fork();
    this.ledger = new Ledger(name);
    this.tenant = cluster.tenant(this.#witness(), kafka);
    kafka.attach(this.tenant);
    const truth = { tenant: this.tenant, ledger: this.ledger, setUps: new Set<string>(), nowMs: clock.now };
    const stops = stop(truth, kafka, fail);
    const rolls = roll(truth, kafka, fail);
    this.#checkers = options.watched
      ? [
          ...always.map((checker) => checker(truth, fail)),
          stops,
          rolls,
          canary(truth, kafka, fail),
          tight(truth, kafka, fail),
          empty(truth, kafka, fail),
          leftover(truth, kafka, fail),
        ]
      : [];
    this.#code = watched(code, {
      now: clock.now,
      trace: (text) => trace.add(text),
      asking: (instance, moment) => {
        if (moment === 'stop') stops.asking(instance);
      },
      gate: (record) => this.#tell((checker) => checker.gate?.(record)),
      probe: (record) => this.#tell((checker) => checker.probe?.(record)),
      call: (record) => this.#tell((checker) => checker.call?.(record)),
      batching: rolls.batching,
    });
  }

  start(): void {
    const { clock, faults, trace, name, fail } = this.#options;
    trace.add(`${name} starts`);
    const own = new Process({
      name,
      clock,
      faults,
      random: this.#random,
      tenant: this.tenant,
      store: this.#store,
      code: this.#code,
      configOf: (change, from) => this.#configOf(change, from),
      loaded: (records) => {
        if (!this.ledger.adopt(records)) fail('the store does not hold what was committed');
      },
      committed: (changes) => this.#committed(changes),
      crashed: (why) => this.#crashed(why),
      failed: fail,
    });
    this.#process = own;
    own.start().catch((error: unknown) => own.crash(`at its start: ${String(error)}`));
  }

  crash(why: string): void {
    this.#process?.crash(why);
  }

  /** Nobody answers when the scheduler is down. */
  ask(request: Request, dry?: DryRun): void {
    const scheduler = this.#scheduler();
    if (scheduler === undefined) return;
    const text = JSON.stringify(request, (key, value: unknown) => (key === 'config' ? undefined : value));
    const { trace } = this.#options;
    trace.add(`ask ${text}`);
    this.#tell((checker) => checker.asked?.(request, dry));
    const answered = scheduler.request('person', request).then((answer) => {
      trace.add(`answer to ${text}: ${answer.ok ? 'ok' : answer.code}: ${answer.message}`);
      this.#tell((checker) => checker.answered?.(request, answer));
    });
    void this.#pend(this.#heard(answered));
  }

  /** As `package install` and `package update` do. */
  async change(given: Given): Promise<void> {
    const { trace } = this.#options;
    trace.add(`change ${JSON.stringify(given)}`);
    try {
      const config = await this.#configOf(given, this.target());
      this.ask({ type: 'configure', config });
    } catch (error) {
      trace.add(`no such configuration: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** As `package update --parallel --canary` does; with `thinkMs` after a dry run, and exactly as that has shown. */
  roll(given: Given, wish: RollWish, thinkMs?: number): Promise<void> {
    this.#options.trace.add(`roll ${JSON.stringify([given, wish, thinkMs])}`);
    return this.#pend(this.#decide(given, wish, thinkMs));
  }

  target(): NewConfig | undefined {
    return this.ledger.config(this.ledger.service()?.targetConfigId ?? '');
  }

  /** Compare what the scheduler has in mind with what its store holds. */
  look(): void {
    const own = this.#process;
    const scheduler = this.#scheduler();
    if (own === undefined || scheduler === undefined || own.committing > 0 || scheduler.trouble() !== undefined) return;
    for (const lapse of memoryLapses(scheduler.state, this.ledger)) this.#options.fail(lapse);
  }

  async #decide(given: Given, wish: RollWish, thinkMs: number | undefined): Promise<void> {
    const { trace, clock } = this.#options;
    const request = await this.#heard(this.#rolled(given, wish));
    if (request === undefined || thinkMs === undefined) {
      if (request !== undefined) this.ask(request);
      return;
    }
    const dry = await this.#heard(this.#scheduler()?.dryRun('person', request));
    if (dry === undefined || 'ok' in dry) {
      trace.add(`no dry run: ${dry?.message ?? 'nobody is there'}`);
      return;
    }
    trace.add(`dry run ${dry.hash}: ${JSON.stringify([dry.cost, dry.warnings, dry.refusals])}`);
    await clock.sleep(thinkMs);
    const again = await this.#heard(this.#rolled(given, wish));
    if (again !== undefined) this.ask({ ...again, hash: dry.hash }, dry);
  }

  /** Nobody can say that all is settled before this is over. */
  async #pend(work: Promise<unknown>): Promise<void> {
    this.pending += 1;
    await work;
    this.pending -= 1;
  }

  /** Nothing when the scheduler dies first. */
  #heard<T>(answer: Promise<T> | undefined): Promise<T | undefined> {
    return Promise.race([answer, this.#process?.died]);
  }

  #configOf(given: Given, before: NewConfig | undefined): Promise<NewConfig> {
    const { name, clock } = this.#options;
    return configOf(name, this.#code, clock, given, before);
  }

  async #rolled(given: Given, wish: RollWish): Promise<Extract<Request, { type: 'configure' }> | undefined> {
    const { trace } = this.#options;
    try {
      const config = await this.#configOf(given, this.target());
      const found = await this.#scheduler()?.roll(config, wish);
      if (found !== undefined && !('ok' in found)) return { type: 'configure', config, roll: found };
      trace.add(`no roll: ${found?.message ?? 'nobody is there'}`);
    } catch (error) {
      trace.add(`no such configuration: ${error instanceof Error ? error.message : String(error)}`);
    }
    return undefined;
  }

  #scheduler(): Scheduler | undefined {
    return this.#process?.alive === true ? this.#process.scheduler : undefined;
  }

  #tell(what: (checker: Checker) => void): void {
    for (const checker of this.#checkers) what(checker);
  }

  #committed(changes: readonly Change[]): void {
    const written = this.ledger.read(changes);
    this.commits += 1;
    this.#tell((checker) => checker.committing?.(written));
    this.ledger.apply(written);
    for (const { kind, id, after } of written) {
      if (kind !== 'step' || after === undefined) continue;
      this.#options.trace.add(`step ${id} ${after.name} ${after.status} ${after.reason?.text ?? ''}`);
    }
    this.#tell((checker) => checker.committed?.(written));
  }

  #crashed(why: string): void {
    const { trace, clock } = this.#options;
    trace.add(`the scheduler crashes ${why}`);
    this.crashes += 1;
    this.#tell((checker) => checker.crashed?.());
    clock.wake(clock.now() + this.#random.between(100, RESTART_MAX_MS), () => this.start());
  }

  #witness(): Witness {
    const { kafka, trace } = this.#options;
    return {
      launching: (launch) => this.#tell((checker) => checker.launching?.(launch)),
      killing: (task, why) => this.#tell((checker) => checker.killing?.(task, why)),
      releasing: (reservation, why) => {
        this.#tell((checker) => checker.releasing?.(reservation, why));
        // Whoever forces it takes the risk.
        const forced = this.ledger
          .runs()
          .some((run) =>
            this.ledger
              .steps(run)
              .some(
                ({ work }) =>
                  work.kind === 'launch' && work.replace && work.force && work.instance === reservation.instance,
              ),
          );
        if (forced) kafka.forgive(reservation);
      },
      trace: (text) => trace.add(text),
    };
  }
}
