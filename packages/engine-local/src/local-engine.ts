/** The engine of one machine: agents, jails, and what survives a restart of both. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentOrder, AgentView, Capabilities, Engine, EngineEvent, EngineSession } from '@warder/engine';
import { refuseMoved } from './agent/agents.ts';
import type { Agent, AgentOptions, AgentState } from './agent/agents.ts';
import { capabilitiesOf } from './agent/capability.ts';
import { volumePath } from './agent/disk.ts';
import { offerOf } from './agent/offer.ts';
import { EngineError } from './error.ts';
import { openHome } from './home.ts';
import { probeJail } from './host/probe.ts';
import type { JailHost } from './host/probe.ts';
import { lockHome } from './lock.ts';
import type { Lock } from './lock.ts';
import type { Log } from './log.ts';
import { LocalSession } from './session.ts';
import { rotate, rotationDefault } from './task/log-file.ts';
import type { Rotation } from './task/log-file.ts';
import { files, placeOf, readExit, readRecord, writtenMs } from './task/place.ts';
import type { TaskPlace } from './task/place.ts';
import { LocalTask } from './task/task.ts';
import { writeNames } from './names.ts';
import { makeGround } from './ground.ts';
import type { Ground } from './ground.ts';
import { liveTasksOf } from './world.ts';
import type { World } from './world.ts';

export type LocalEngineOptions = {
  /** Everything lies in `<home>/engine` and `<home>/cache`. */
  readonly home: string;
  /** How many agents to divide the machine into, or what to say of each. Default: as `agents.yml` says, or one. */
  readonly agents?: number | readonly AgentOptions[];
  readonly log: Log;
  /** `process`: no jails, also where they could be made. */
  readonly isolation?: 'jail' | 'process';
  readonly logRotation?: Rotation;
  /** Where the device files of this machine are. Default: /dev. */
  readonly devices?: string;
};

export type LocalEngine = Engine & {
  readonly host: JailHost;
  readonly setAgent: (agentId: string, order: AgentOrder) => Promise<void>;
};

/**
 * Opens the engine of a home and takes up every task that another engine has left there.
 * Rejects with `engine-home-in-use` while another one is open, `engine-agents-file` for a declaration that is wrong.
 *
 * @example
 * const engine = await openLocalEngine({ home: '/root/.warder', log });
 */
export const openLocalEngine = async (options: LocalEngineOptions): Promise<LocalEngine> => {
  const home = openHome(options.home);
  const lock = lockHome(home);
  try {
    const host = await probeJail();
    const engine = new SingleMachine(makeGround(home, host, options), lock, options);
    engine.adopt();
    return engine;
  } catch (error) {
    lock.release();
    throw error;
  }
};

const lookMs = 1_000;
const rotateEvery = 5;
/** Changes that come together are told once. */
const coalesceMs = 20;
/** Ended tasks of one name whose files are kept for a look at what went wrong. */
const keptPerName = 3;
const killWaitMs = 30_000;

class SingleMachine implements LocalEngine {
  readonly kind = 'local';
  readonly host: JailHost;
  readonly capabilities: Capabilities;
  readonly #world: World;
  readonly #lock: Lock;
  readonly #ground: Ground;
  readonly #rotation: Rotation;
  readonly #sessions = new Map<string, LocalSession>();
  readonly #ticker: NodeJS.Timeout;
  #tail: Promise<unknown> = Promise.resolve();
  #offers: NodeJS.Timeout | undefined;
  #ticks = 0;
  #closed = false;

  constructor(ground: Ground, lock: Lock, options: LocalEngineOptions) {
    this.host = ground.host;
    this.#ground = ground;
    this.#lock = lock;
    this.#rotation = options.logRotation ?? rotationDefault;
    this.#world = this.#makeWorld(ground);
    this.capabilities = capabilitiesOf(this.#world);
    this.#ticker = setInterval(() => this.#tick(), lookMs);
  }

  /** Every directory of a task is a task; everything else about it follows from what is in there. */
  adopt(): void {
    const { home, tasks, vips } = this.#world;
    for (const name of readdirSync(home.tasks)) {
      const record = readRecord(join(home.tasks, name));
      const place = record && placeOf(home, record);
      if (place === undefined || !this.#isConfirmed(place))
        rmSync(join(home.tasks, name), { recursive: true, force: true });
      else tasks.set(place.id, new LocalTask(this.#world, place));
    }
    void this.#serial(async () => {
      await this.#restoreNetworks();
      for (const task of tasks.values()) {
        task.begin();
        if (!task.ended) await vips.ensure(task);
      }
      writeNames(this.#world);
      await this.#sweep();
    });
  }

  /** They are gone after a restart of the machine. Without one the tasks are known all the same, and say what fails. */
  async #restoreNetworks(): Promise<void> {
    const { agents, network, log } = this.#world;
    for (const agent of agents.all) {
      if (!this.#isBusy(agent)) continue;
      const report = (error: unknown) =>
        log.error({ agent: agent.id, err: error }, 'the network of an agent cannot be made');
      await network?.ensure(agent.index).catch(report);
      if (agents.stateOf(agent.id) === 'down') await network?.setLink(agent.index, false);
    }
  }

  /** A launch that was cut off before its reservation was written never happened: nothing of it was begun. */
  #isConfirmed(place: TaskPlace): boolean {
    if (writtenMs(place, files.started) !== undefined || readExit(place) !== undefined) return true;
    return this.#world.ledger.get(place.record.reservationId)?.taskIds.includes(place.id) ?? false;
  }

  async open(service: string, listener: (event: EngineEvent) => void): Promise<EngineSession> {
    if (this.#sessions.has(service)) {
      throw new EngineError('engine-session-open', `${service} is open already`, 'close the other session first');
    }
    // Adoption first: a session sees tasks as they are.
    await this.#tail;
    const session = new LocalSession(this.#world, service, listener, () => this.#sessions.delete(service));
    this.#sessions.set(service, session);
    for (const { offer } of this.agents()) session.emit({ type: 'offer', offer });
    return session;
  }

  agents(): readonly AgentView[] {
    return this.#world.agents.all.map((agent) => ({ offer: offerOf(this.#world, agent), total: agent.total }));
  }

  setAgent(agentId: string, order: AgentOrder): Promise<void> {
    return this.#serial(async () => {
      const { agents } = this.#world;
      const agent = agents.get(agentId);
      if (agent === undefined)
        throw new EngineError('engine-agent-unknown', `there is no agent ${agentId}`, 'see `agents`');
      if (agents.stateOf(agentId) === 'gone' && order !== 'gone' && order !== 'up')
        throw new EngineError('engine-agent-gone', `${agentId} is gone`, 'put a new machine in its place first (up)');
      if (order === 'up' || order === 'down' || order === 'gone') await this.#setState(agent, order);
      else agents.setMaintenance(agentId, maintenance[order]);
      this.#world.offersChanged();
    });
  }

  async #setState(agent: Agent, state: AgentState): Promise<void> {
    const { agents, network, tasks } = this.#world;
    if (state === 'gone') await this.#destroy(agent);
    agents.setState(agent.id, state);
    if (state !== 'gone' && this.#isBusy(agent)) await network?.setLink(agent.index, state === 'up');
    if (state === 'down') return;
    for (const task of tasks.values()) if (task.place.record.agentId === agent.id) this.#changed(task);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#ticker);
    clearTimeout(this.#offers);
    for (const session of this.#sessions.values()) await session.close();
    await this.#tail.catch(() => {});
    for (const task of this.#world.tasks.values()) task.leave();
    await this.#world.vips.close();
    await this.#removeIdle();
    await this.#sweep();
    this.#lock.release();
  }

  #makeWorld(ground: Ground): World {
    refuseMoved(ground.ledger.all(), ground.agents);
    return {
      ...ground,
      removeIdle: () => this.#removeIdle(),
      changed: (task) => this.#changed(task),
      emit: (service, event) => this.#sessions.get(service)?.emit(event),
      offersChanged: () => this.#offersChanged(),
      serial: (work) => this.#serial(work),
    };
  }

  #serial<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(work);
    this.#tail = result.catch(() => {});
    return result;
  }

  #tick(): void {
    this.#ticks += 1;
    for (const task of this.#world.tasks.values()) {
      if (task.ended) continue;
      task.look();
      if (this.#ticks % rotateEvery !== 0) continue;
      for (const name of [files.stdout, files.stderr]) rotate(join(task.place.directory, name), this.#rotation);
    }
  }

  #changed(task: LocalTask): void {
    const { agentId, service } = task.place.record;
    if (task.ended) this.#settle(task);
    if (this.#world.agents.stateOf(agentId) === 'down') return;
    const session = this.#sessions.get(service);
    session?.emit({ type: 'status', status: task.status() });
    if (task.ended) session?.releaseOrphans();
  }

  /** What others see of it, and what it had in common with them. */
  #settle(task: LocalTask): void {
    const { reservationId } = task.place.record;
    this.#forgetOld(task);
    writeNames(this.#world);
    const release = async () => {
      if (liveTasksOf(this.#world, reservationId).length === 0) await this.#ground.namespaces?.remove(reservationId);
    };
    if (!this.#closed) void this.#serial(() => this.#tidy(release));
  }

  /** Removes from memory and from the kernel what belongs to tasks that live no more. */
  #sweep(): Promise<void> {
    const live = [...this.#world.tasks.values()].filter((task) => !task.ended).map(({ place }) => place);
    return this.#tidy(async () => {
      await this.#ground.namespaces?.sweep(new Set(live.map(({ record }) => record.reservationId)));
      for (const mode of ['jail', 'process'] as const) {
        const keys = live.filter(({ record }) => record.mode === mode && record.secrets !== undefined);
        await this.#world.secretsOf(mode)?.sweep(new Set(keys.map(({ container }) => container)));
      }
    });
  }

  /** What cannot be removed now is found by the next sweep. */
  async #tidy(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#world.log.warn({ err: error }, 'what ended tasks have left could not be removed');
    }
  }

  #forgetOld(ended: LocalTask): void {
    const { service, task } = ended.place.record;
    const same = [...this.#world.tasks.values()].filter((each) => {
      const { record } = each.place;
      return each.ended && record.service === service && record.task.name === task.name;
    });
    const old = same
      .toSorted((one, other) => other.place.record.launchedMs - one.place.record.launchedMs)
      .slice(keptPerName);
    for (const each of old) {
      this.#world.tasks.delete(each.place.id);
      rmSync(each.place.directory, { recursive: true, force: true });
    }
  }

  #offersChanged(): void {
    if (this.#offers !== undefined || this.#closed) return;
    this.#offers = setTimeout(() => {
      this.#offers = undefined;
      for (const { offer } of this.agents())
        for (const session of this.#sessions.values()) session.emit({ type: 'offer', offer });
    }, coalesceMs);
  }

  async #destroy(agent: Agent): Promise<void> {
    const { tasks, ledger, home, network } = this.#world;
    const on = [...tasks.values()].filter((task) => task.place.record.agentId === agent.id && !task.ended);
    for (const task of on) task.kill({ why: 'gone', atMs: Date.now(), graceMs: 0 });
    const deadline = Date.now() + killWaitMs;
    while (on.some((task) => !task.ended)) {
      if (Date.now() > deadline)
        throw new EngineError('engine-agent-stuck', `tasks of ${agent.id} do not end`, 'see its processes');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    for (const { reservation, volumes } of ledger.onAgent(agent.id)) {
      for (const volume of volumes) rmSync(volumePath(home, volume), { recursive: true, force: true });
      ledger.remove(reservation.id);
    }
    await network?.remove(agent.index);
  }

  #isBusy(agent: Agent): boolean {
    const { tasks, ledger } = this.#world;
    const live = [...tasks.values()].some((task) => !task.ended && task.place.record.agentId === agent.id);
    return live || ledger.onAgent(agent.id).length > 0;
  }

  async #removeIdle(): Promise<void> {
    const { agents, network, home } = this.#world;
    for (const agent of agents.all) {
      if (this.#isBusy(agent)) continue;
      this.#ground.cgroups.remove(`/warder-${home.hash}/${agent.id}`);
      await network?.remove(agent.index);
    }
    if (!agents.all.some((agent) => this.#isBusy(agent))) this.#ground.cgroups.remove(`/warder-${home.hash}`);
  }
}

const maintenance = { cordon: 'cordoned', drain: 'drained', uncordon: undefined } as const;
