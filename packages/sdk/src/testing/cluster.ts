/** The cluster of a script: it does at once what it is asked, and tasks do what the script says. */
import type { Exit, Feature, Goal, Offer, Reservation, TaskStatus } from '@warder/core';
import type { Engine, EngineEvent, EngineSession, EngineTask, Launch } from '@warder/engine';
import { offerOf, type Agent, type VirtualClock } from '@warder/sim';

export type ScriptAgent = {
  readonly id: string;
  readonly cpus?: number;
  readonly memoryMiB?: number;
  readonly diskMiB?: number;
  readonly attributes?: Readonly<Record<string, string>>;
};

export type ClusterOptions = {
  readonly clock: VirtualClock;
  readonly agents: readonly ScriptAgent[];
  /** True: tasks do only what the script says. False: they come up, reach their goal, and end when they are killed. */
  readonly byHand: boolean;
  readonly goalOf: (task: string) => Goal;
  readonly acted: (act: Act) => void;
};

/** What the scheduler did to the cluster. */
export type Act =
  | { readonly kind: 'launch'; readonly task: string; readonly instance: string; readonly agent: string }
  | { readonly kind: 'kill'; readonly task: string }
  | { readonly kind: 'release'; readonly instance: string };

/** How a task is. */
export type Condition = Pick<TaskStatus, 'state' | 'ready'> & { readonly exit?: Exit; readonly message?: string };

type Running = { readonly task: EngineTask; readonly reservation: Reservation; status: TaskStatus };

const ENDED: readonly string[] = ['FINISHED', 'FAILED', 'KILLED', 'ERROR', 'LOST', 'DROPPED', 'GONE'];

/** A script is about the package: whatever it asks of an engine is there. */
const FEATURES: Readonly<Record<Feature, true>> = {
  'external-volumes': true,
  gpus: true,
  'host-volumes': true,
  images: true,
  networks: true,
  'pre-reserved-roles': true,
  'resource-limits': true,
  'seccomp-profiles': true,
  'seccomp-unconfined': true,
  secrets: true,
  'share-ipc': true,
  'share-pid': true,
  'shm-size': true,
  'transport-encryption': true,
  'volume-profiles': true,
};

export class ScriptCluster implements Engine {
  readonly kind = 'script';
  readonly capabilities = {
    offers: 'advisory',
    reservations: 'full',
    ports: 'per-host',
    statuses: 'acknowledged',
    isolation: [],
    vips: false,
    features: Object.keys(FEATURES) as Feature[],
  } as const;
  readonly reservations = new Map<string, Reservation>();
  /** The newest task of each name. */
  readonly #named = new Map<string, Running>();
  readonly #tasks = new Map<string, Running>();
  readonly #agents = new Map<string, Agent>();
  readonly #held = new Set<string>();
  readonly #options: ClusterOptions;
  #listener: ((event: EngineEvent) => void) | undefined;

  constructor(options: ClusterOptions) {
    this.#options = options;
    for (const [at, agent] of options.agents.entries()) this.#agents.set(agent.id, agentOf(agent, at));
  }

  async open(_service: string, listener: (event: EngineEvent) => void): Promise<EngineSession> {
    this.#listener = listener;
    for (const agent of this.#agents.values()) this.#offer(agent);
    return this.#session(listener);
  }

  agents(): readonly [] {
    return [];
  }

  async close(): Promise<void> {}

  /** From now on this task does only what the script says. */
  hold(task: string): void {
    this.#held.add(task);
  }

  /** What was launched last under this name. @throws when nothing was */
  launched(task: string): EngineTask {
    return this.#running(task).task;
  }

  /** @throws when nothing of that name was launched */
  become(name: string, condition: Condition): void {
    const running = this.#running(name);
    if (ENDED.includes(running.status.state)) throw new Error(`${name} has ended: ${running.status.state}`);
    this.#set(running, condition);
  }

  turnAgent(id: string, state: Offer['state']): void {
    const agent = this.#agents.get(id) ?? agentOf({ id }, this.#agents.size);
    this.#agents.set(id, agent);
    agent.state = state;
    if (state === 'gone') {
      for (const [key, reservation] of this.reservations) if (reservation.agentId === id) this.reservations.delete(key);
    }
    this.#offer(agent);
    for (const running of this.#tasks.values()) {
      if (running.reservation.agentId !== id || ENDED.includes(running.status.state)) continue;
      if (state === 'gone') this.#set(running, { state: 'GONE', ready: false, message: 'its agent is gone' });
      else this.#tell(running);
    }
  }

  #running(name: string): Running {
    const running = this.#named.get(name);
    if (running === undefined) {
      const known = [...this.#named.keys()].join(', ');
      throw new Error(`no task ${name} was launched${known === '' ? '' : `; there are ${known}`}`);
    }
    return running;
  }

  #session(listener: (event: EngineEvent) => void): EngineSession {
    const nothing = (what: string) => (): never => {
      throw new Error(`a task of a script has no ${what}`);
    };
    return {
      launch: (launch) => this.#launch(launch),
      kill: (taskId) => this.#kill(taskId),
      release: (operationId, reservation) => this.#release(operationId, reservation),
      reconcile: (taskIds) => this.#reconcile(taskIds),
      logs: nothing('logs'),
      exec: nothing('jail'),
      list: nothing('files'),
      read: nothing('files'),
      vips: () => [],
      close: async () => {
        if (this.#listener === listener) this.#listener = undefined;
      },
      purge: async () => {},
    };
  }

  #launch({ operationId, reservation, tasks }: Launch): void {
    const agent = this.#agents.get(reservation.agentId);
    const isUp = agent?.state === 'up';
    this.#send({ type: 'operation', operationId, ok: isUp, ...(isUp ? {} : { reason: 'the agent is away' }) });
    if (agent === undefined || !isUp) return;
    this.reservations.set(reservation.id, reservation);
    this.#offer(agent);
    for (const task of tasks) {
      if (this.#tasks.has(task.taskId)) continue;
      const status = { taskId: task.taskId, agentId: agent.id, state: 'STAGING', ready: false } as const;
      const running: Running = { task, reservation, status };
      this.#tasks.set(task.taskId, running);
      this.#named.set(task.name, running);
      this.#options.acted({ kind: 'launch', task: task.name, instance: reservation.instance, agent: agent.id });
      this.#tell(running);
      if (this.#isByHand(task.name)) continue;
      this.#set(running, { state: 'RUNNING', ready: true });
      if (this.#options.goalOf(task.name) !== 'RUNNING') {
        this.#set(running, { state: 'FINISHED', ready: false, exit: { code: 0 } });
      }
    }
  }

  #kill(taskId: string): void {
    const running = this.#tasks.get(taskId);
    if (running === undefined || ENDED.includes(running.status.state)) {
      this.#lost(taskId);
      return;
    }
    this.#options.acted({ kind: 'kill', task: running.task.name });
    if (!this.#isByHand(running.task.name)) this.#set(running, { state: 'KILLED', ready: false, exit: { code: 143 } });
  }

  #release(operationId: string, reservation: Reservation): void {
    if (this.reservations.delete(reservation.id)) {
      this.#options.acted({ kind: 'release', instance: reservation.instance });
    }
    this.#send({ type: 'operation', operationId, ok: true });
    const agent = this.#agents.get(reservation.agentId);
    if (agent !== undefined) this.#offer(agent);
  }

  #reconcile(taskIds: readonly string[]): void {
    for (const id of taskIds) this.#lost(id);
    for (const { task, status } of this.#tasks.values()) {
      if (!ENDED.includes(status.state) && !taskIds.includes(task.taskId)) this.#kill(task.taskId);
    }
  }

  /** How a task is, if it ever was. */
  #lost(taskId: string): void {
    const running = this.#tasks.get(taskId);
    if (running !== undefined) this.#tell(running);
    else this.#send({ type: 'status', status: { taskId, agentId: '', state: 'LOST', ready: false } });
  }

  #isByHand(task: string): boolean {
    return this.#options.byHand || this.#held.has(task);
  }

  #set(running: Running, condition: Condition): void {
    const { taskId, agentId } = running.status;
    running.status = { taskId, agentId, ...condition };
    this.#tell(running);
  }

  #tell({ status }: Running): void {
    const isDown = this.#agents.get(status.agentId)?.state === 'down';
    this.#send({ type: 'status', status: isDown ? { ...status, state: 'UNREACHABLE', ready: false } : status });
  }

  #offer(agent: Agent): void {
    this.#send({ type: 'offer', offer: offerOf(agent, this.reservations.values()) });
  }

  /** From a fresh stack, to whoever listens now. */
  #send(event: EngineEvent): void {
    const { clock } = this.#options;
    const listener = this.#listener;
    clock.wake(clock.now(), () => {
      if (listener !== undefined && this.#listener === listener) listener(event);
    });
  }
}

function agentOf({ id, ...given }: ScriptAgent, at: number): Agent {
  return {
    id,
    hostname: `host-${id}`,
    address: `10.0.0.${at + 1}`,
    attributes: { zone: `zone-${at % 3}` },
    cpus: 64,
    memoryMiB: 262_144,
    diskMiB: 4_194_304,
    disks: [],
    ports: { begin: 1_025, end: 32_000 },
    services: 1,
    state: 'up',
    maintenance: undefined,
    maintainedMs: undefined,
    foreignCpus: 0,
    ...given,
  };
}
