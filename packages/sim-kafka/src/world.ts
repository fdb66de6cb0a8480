/** Everything of one seed, wired together. */
import type { PackageCode } from '@warder/scheduler';
import { Cluster, drawFaults, Random, settled, Trace, VirtualClock } from '@warder/sim/kit';
import type { Agent, Faults } from '@warder/sim/kit';
import { Network } from './answer/network.ts';
import { doorOf } from './checker/door.ts';
import { enter } from './edge/current.ts';
import { drawIllness, healthy } from './model/ill.ts';
import type { Illness } from './model/ill.ts';
import { Kafka } from './model/kafka.ts';
import type { Mode } from './model/kafka.ts';
import { Service } from './service.ts';

const START_MS = Date.UTC(2026, 0, 1);
const FAILURES_MAX = 5;
const LOOK_EVERY = 256;

export type WorldOptions = {
  readonly code: PackageCode;
  /** Keep the lines of the trace. */
  readonly told: boolean;
  /** Check every property. What happens is the same when nobody looks. */
  readonly watched: boolean;
};

export class World {
  readonly clock = new VirtualClock(START_MS);
  readonly random: Random;
  readonly trace: Trace;
  readonly cluster: Cluster;
  readonly kafka: Kafka;
  readonly service: Service;
  readonly failures: string[] = [];
  readonly brokers: number;
  readonly mode: Mode;
  faults: Faults;
  illness: Illness;
  readonly #watched: boolean;
  #fired = 0;

  constructor(seed: number, { code, told, watched }: WorldOptions) {
    const random = new Random(seed);
    this.random = random;
    this.#watched = watched;
    this.trace = new Trace(this.clock.now, told);
    // Agents that are gone for ever: see `scenario.ts`.
    this.faults = drawFaults(random.fork());
    this.illness = random.chance(0.2) ? healthy : drawIllness(random.fork());
    this.mode = random.chance(0.3) ? 'zookeeper' : 'kraft';
    this.brokers = random.pick([3, 3, 4, 4, 5]);
    const trace = (text: string): void => this.trace.add(text);
    trace(
      `faults ${JSON.stringify(Object.entries(this.faults).filter(([, value]) => value > 0))} ${JSON.stringify(this.illness)}`,
    );
    const agents = Array.from({ length: this.brokers + random.between(1, 3) }, (_, at) => agentOf(at));
    const znodes = new Map<string, string>();
    const faults = (): Faults => this.faults;
    this.cluster = new Cluster({ clock: this.clock, random: random.fork(), faults, agents, trace });
    this.kafka = new Kafka({
      clock: this.clock,
      random: random.fork(),
      mode: this.mode,
      znodes,
      cutOff: random.chance(0.5),
      racks: random.chance(0.8),
      illness: () => this.illness,
      witnesses: {
        lost: (text) => this.fail(`lost: ${text}`),
        tooOld: ({ id, launched, task }, features) =>
          this.fail(`${task.id} runs Kafka ${launched.version} as ${id}, which does not know ${features.join(', ')}`),
        finalising: (levels) => door(levels),
      },
      trace,
    });
    this.service = new Service({
      name: 'kafka',
      clock: this.clock,
      random: random.fork(),
      faults,
      cluster: this.cluster,
      kafka: this.kafka,
      code,
      trace: this.trace,
      fail: (text) => this.fail(text),
      watched,
    });
    const { tenant, ledger } = this.service;
    const door = doorOf({ tenant, ledger, setUps: new Set(), nowMs: this.clock.now }, (text) => this.fail(text));
    const { kafka } = this;
    const [slow, broken] = [random.chance(0.3) ? 0.1 * random.next() : 0, random.chance(0.3) ? 0.1 * random.next() : 0];
    const isCalm = (): boolean => this.faults.storeSlow === 0 && this.illness === healthy;
    const network = new Network({
      kafka,
      random: random.fork(),
      slow: () => (isCalm() ? 0 : slow),
      broken: () => (isCalm() ? 0 : broken),
    });
    enter({
      now: this.clock.now,
      wake: this.clock.wake,
      life: () => this.service.crashes,
      ask: (...asked) => network.ask(...asked),
      znodes: () => znodes,
      java: () => 17,
    });
  }

  get nowMs(): number {
    return this.clock.now() - START_MS;
  }

  get failed(): boolean {
    return this.failures.length > 0;
  }

  /** Grows with whatever happens. */
  get happened(): number {
    return this.service.commits + this.trace.length;
  }

  fail(text: string): void {
    this.trace.add(`FAILURE ${text}`);
    if (this.failures.length < FAILURES_MAX) this.failures.push(`at ${this.nowMs / 1000} s: ${text}`);
  }

  /** Let time pass until something is so, or went wrong. */
  async until(done: () => boolean): Promise<void> {
    while (!done() && !this.failed) {
      if (!this.clock.fire()) return;
      await settled();
      this.#fired += 1;
      if (this.#watched && this.#fired % LOOK_EVERY === 0) this.service.look();
    }
  }
}

const agentOf = (at: number): Agent => ({
  id: `agent-${at}`,
  hostname: `host-${at}`,
  address: `10.0.0.${at + 1}`,
  attributes: { zone: `zone-${at % 3}`, region: 'here' },
  cpus: 8,
  memoryMiB: 8_000,
  diskMiB: 50_000,
  disks: [],
  ports: { begin: 9_000, end: 9_100 },
  services: 1,
  state: 'up',
  maintenance: undefined,
  maintainedMs: undefined,
  foreignCpus: 0,
});
