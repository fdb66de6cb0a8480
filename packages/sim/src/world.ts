/** Everything of one seed, wired together. */
import { Cluster } from './cluster/cluster.ts';
import { settled, VirtualClock } from './clock.ts';
import { drawFaults } from './fault.ts';
import type { Faults } from './fault.ts';
import { Random } from './random.ts';
import { Service } from './service.ts';
import { drawShape } from './shape/shape.ts';
import { Trace } from './trace.ts';
import { createAgents } from './weather.ts';

const START_MS = Date.UTC(2026, 0, 1);
const FAILURES_MAX = 5;
/** How many timers fire between two looks at the schedulers' memory. */
const LOOK_EVERY = 64;
/** Timers that may fire at one moment. */
const CIRCLES_MAX = 5_000;
const NAMES = ['world', 'moon'] as const;

export type WorldOptions = {
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
  readonly services: readonly Service[];
  readonly failures: string[] = [];
  faults: Faults;
  readonly #watched: boolean;
  #fired = 0;
  #circling = 0;

  constructor(seed: number, { told, watched }: WorldOptions) {
    this.random = new Random(seed);
    this.#watched = watched;
    this.trace = new Trace(this.clock.now, told);
    this.faults = drawFaults(this.random.fork());
    const count = this.random.chance(0.15) ? 2 : 1;
    const shapes = NAMES.slice(0, count).map((name) => drawShape(this.random.fork(), name));
    this.trace.add(`faults ${JSON.stringify(Object.entries(this.faults).filter(([, value]) => value > 0))}`);
    this.trace.add(`shapes ${JSON.stringify(shapes)}`);
    const trace = (text: string): void => this.trace.add(text);
    const agents = createAgents(this.random.fork(), this.random.between(4, 6), count);
    const parts = { clock: this.clock, faults: () => this.faults };
    this.cluster = new Cluster({ ...parts, random: this.random.fork(), agents, trace });
    this.services = shapes.map(
      (shape) =>
        new Service({
          ...parts,
          shape,
          watched,
          random: this.random.fork(),
          cluster: this.cluster,
          trace: this.trace,
          fail: (text) => this.fail(text),
        }),
    );
  }

  get nowMs(): number {
    return this.clock.now() - START_MS;
  }

  get failed(): boolean {
    return this.failures.length > 0;
  }

  /** Grows with whatever happens. */
  get happened(): number {
    return this.services.reduce((sum, { commits }) => sum + commits, this.trace.length);
  }

  fail(text: string): void {
    this.trace.add(`FAILURE ${text}`);
    if (this.failures.length < FAILURES_MAX) this.failures.push(`at ${this.nowMs / 1000} s: ${text}`);
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
      if (this.#watched && this.#fired % LOOK_EVERY === 0) for (const service of this.services) service.look();
    }
  }
}
