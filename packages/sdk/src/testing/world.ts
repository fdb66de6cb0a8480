/** The world of one script: a real scheduler on a cluster and a clock that do only what the script says. */
import { setImmediate as turn } from 'node:timers/promises';
import {
  phaseStatus,
  runStatus,
  type Answer,
  type Goal,
  type NewConfig,
  type Request,
  type RunRecord,
} from '@warder/core';
import { openScheduler, type Log, type PackageHost, type RollWish, type Scheduler } from '@warder/scheduler';
import { VirtualClock } from '@warder/sim';
import { openMemoryStore } from '@warder/store';
import { ScriptCluster, type Act, type ScriptAgent } from './cluster.ts';
import { openSource, UID, type Given, type OpenSource, type Source } from './source.ts';

export type WorldOptions = {
  /** How many, or what they have. */
  readonly agents?: number | readonly ScriptAgent[];
  /** True: tasks do only what the script says; else they come up, and end when they are killed. */
  readonly byHand?: boolean;
};

const START_MS = Date.UTC(2026, 0, 1);
/** Real time that the package's code may take where it does not wait for the clock of the script. */
const PATIENCE_MS = 10_000;
/** Timers that fire at one moment. */
const CIRCLES_MAX = 100_000;

export class World {
  readonly clock: VirtualClock;
  readonly cluster: ScriptCluster;
  /** What was done since the last thing that was sent. */
  acts: Act[] = [];
  answers: Answer[] = [];
  /** Places, in the order in which each instance had them. */
  readonly places = new Map<string, string[]>();
  readonly story: string[] = [];
  readonly #source: OpenSource;
  readonly #store = openMemoryStore();
  #scheduler: Scheduler | undefined;
  #config: NewConfig | undefined;
  #asked = 0;
  #ended: string | undefined;

  private constructor(clock: VirtualClock, source: OpenSource, { agents = 3, byHand = false }: WorldOptions) {
    this.clock = clock;
    this.#source = source;
    const list =
      typeof agents === 'number' ? Array.from({ length: agents }, (_, at) => ({ id: `agent-${at}` })) : agents;
    const goalOf = (task: string): Goal => this.#goalOf(task);
    this.cluster = new ScriptCluster({ clock, agents: list, byHand, goalOf, acted: (act) => this.#acted(act) });
  }

  static async open(source: Source, options: WorldOptions): Promise<World> {
    const clock = new VirtualClock(START_MS);
    const world = new World(clock, await openSource(source, clock), options);
    await world.start();
    return world;
  }

  get scheduler(): Scheduler {
    if (this.#scheduler === undefined) throw new Error('the server is not there');
    return this.#scheduler;
  }

  /** How the scheduler came to its end, if it has. */
  get ended(): string | undefined {
    return this.#ended;
  }

  async start(): Promise<void> {
    const { name, host, configOf } = this.#source;
    const scheduler = await openScheduler({
      name,
      store: this.#store,
      engine: this.cluster,
      host: this.#counting(host),
      clock: this.clock,
      log: this.#log(),
      configOf,
      create: { packageName: name, uid: UID },
    });
    this.#scheduler = scheduler;
    this.#ended = undefined;
    void scheduler.ended.then((how) => {
      this.#ended = how;
    });
  }

  async restart(): Promise<void> {
    await this.scheduler.close();
    await this.start();
  }

  async configure(given: Given, wish?: RollWish): Promise<void> {
    const config = await this.#source.configOf(given, this.#config);
    if (wish === undefined) this.ask('person', { type: 'configure', config });
    else
      void this.scheduler.roll(config, wish).then((roll) => {
        if ('ok' in roll) this.answers.push(roll);
        else this.ask('person', { type: 'configure', config, roll });
      });
    await this.settle();
    if (this.answers.at(-1)?.ok === true) this.#config = config;
  }

  ask(by: string, request: Request): void {
    void this.scheduler.request(by, request).then((answer) => {
      this.answers.push(answer);
      this.tell(`answer to ${request.type}: ${answer.ok ? '' : `${answer.code}: `}${answer.message}`);
    });
  }

  tell(text: string): void {
    this.story.push(`${((this.clock.now() - START_MS) / 1000).toFixed(1)} s  ${text}`);
  }

  /** Until nothing is left to be done at this moment. */
  async settle(): Promise<void> {
    const patienceMs = Date.now() + PATIENCE_MS;
    for (let circles = 0; ;) {
      await turn();
      if (this.#asked > 0 && Date.now() < patienceMs) continue;
      const nextMs = this.clock.nextMs();
      if (nextMs === undefined || nextMs > this.clock.now()) {
        if (this.#asked > 0) throw new Error('the code of the package does not answer');
        return;
      }
      circles += 1;
      if (circles > CIRCLES_MAX) throw new Error('it goes round in circles: no time passes');
      this.clock.fire();
    }
  }

  async pass(ms: number): Promise<void> {
    let isOver = false;
    this.clock.wake(this.clock.now() + ms, () => {
      isOver = true;
    });
    while (!isOver) {
      this.clock.fire();
      await this.settle();
    }
  }

  runs(plan: string): readonly RunRecord[] {
    return [...this.scheduler.state.runs.values()].filter((run) => run.plan === plan);
  }

  stepsOf = (ids: readonly string[]) => ids.flatMap((id) => this.scheduler.state.steps.get(id) ?? []);

  statusOf = (run: RunRecord): string => runStatus(run, this.stepsOf);

  /** Runs as they are, for a message. */
  show(): readonly string[] {
    return [...this.scheduler.state.runs.values()].flatMap((run) => [
      `${run.plan} (${run.id}) ${this.statusOf(run)}${run.ended === undefined ? '' : ', ended'}: ${run.cause.text}`,
      ...run.phases.flatMap((phase) => [
        `  ${phase.name} ${phaseStatus(this.stepsOf(phase.stepIds), phase.paused !== undefined)}`,
        ...this.stepsOf(phase.stepIds).map(
          ({ name, status, reason }) => `    ${name} ${status}${reason === undefined ? '' : `: ${reason.text}`}`,
        ),
      ]),
    ]);
  }

  #acted(act: Act): void {
    this.acts.push(act);
    this.tell(
      `${act.kind} ${act.kind === 'release' ? act.instance : act.task}${act.kind === 'launch' ? ` on ${act.agent}` : ''}`,
    );
    if (act.kind !== 'launch') return;
    const reservation = this.scheduler.state.instances.get(act.instance)?.reservation?.id ?? '';
    const places = this.places.get(act.instance) ?? [];
    this.places.set(act.instance, [...places, reservation]);
  }

  #goalOf(task: string): Goal {
    for (const pod of this.scheduler.state.configs.get(this.scheduler.state.service?.targetConfigId ?? '')?.spec.pods ??
      []) {
      const found = pod.tasks.find(({ name }) => new RegExp(`^${pod.name}-\\d+-${name}$`).test(task));
      if (found !== undefined) return found.goal;
    }
    return 'RUNNING';
  }

  /** Who is asked may take its time: what follows must wait. */
  #counting(host: PackageHost): PackageHost {
    return {
      ...host,
      ask: async (call, service, signal) => {
        this.#asked += 1;
        try {
          return await host.ask(call, service, signal);
        } finally {
          this.#asked -= 1;
        }
      },
    };
  }

  #log(): Log {
    const silent = (): void => {};
    return {
      debug: silent,
      info: silent,
      warn: (fields, message) => this.tell(`log: ${message} ${JSON.stringify(fields)}`),
      error: (fields, message) => {
        const error = 'error' in fields ? fields.error : undefined;
        this.tell(`log: ${message} ${error instanceof Error ? (error.stack ?? '') : JSON.stringify(fields)}`);
      },
    };
  }
}
