/** A cluster with one service on it. It goes on whatever happens to the scheduler. */
import type { Reservation } from '@warder/core';
import type { EngineEvent, Launch } from '@warder/engine';
import type { VirtualClock } from '../clock.ts';
import type { Faults } from '../fault.ts';
import type { Random } from '../random.ts';
import { offerOf, sumOf } from './agent.ts';
import type { Agent } from './agent.ts';
import { Channel } from './channel.ts';
import { Life } from './life.ts';
import { isLive, newTask, statusOf } from './task.ts';
import type { SimTask } from './task.ts';
import type { Witness } from './witness.ts';

export type ClusterOptions = {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly faults: () => Faults;
  readonly agents: readonly Agent[];
  readonly witness: Witness;
};

/** How long the engine takes to do what it is asked. */
const WORK_MAX_MS = 300;

export class Cluster {
  readonly agents = new Map<string, Agent>();
  readonly reservations = new Map<string, Reservation>();
  /** Every task that ever was. */
  readonly tasks = new Map<string, SimTask>();
  readonly #channel: Channel;
  readonly #life: Life;
  readonly #options: ClusterOptions;
  /** Operations that were answered: the same one again does nothing twice. */
  readonly #answers = new Map<string, { readonly ok: boolean; readonly reason?: string }>();
  /** Reservations that nobody knows, to be released when their agents are back. */
  readonly #orphans = new Set<string>();
  /** Tasks that changed on a lost agent. */
  readonly #unseen = new Set<SimTask>();

  constructor(options: ClusterOptions) {
    this.#options = options;
    this.#channel = new Channel(options);
    this.#life = new Life({ ...options, changed: (task) => this.#changed(task) });
    for (const agent of options.agents) this.agents.set(agent.id, agent);
  }

  listen(listener: (event: EngineEvent) => void): void {
    this.#channel.open(listener);
    for (const agent of this.agents.values()) this.offer(agent);
  }

  unlisten(listener: (event: EngineEvent) => void): void {
    this.#channel.close(listener);
  }

  offer(agent: Agent): void {
    this.#channel.send(agent.id, { type: 'offer', offer: offerOf(agent, this.reservations.values()) });
  }

  launch(launch: Launch): void {
    const { random, faults, witness } = this.#options;
    const { operationId, reservation, tasks } = launch;
    const before = this.#answers.get(operationId);
    if (before !== undefined) {
      this.#answer(reservation.id, operationId, before);
      for (const { taskId } of tasks) this.#tellOf(taskId);
      return;
    }
    witness.launching(launch);
    const no = random.chance(faults().launchRefused) ? 'no capacity: somebody else was faster' : this.#refusal(launch);
    this.#answers.set(operationId, no === undefined ? { ok: true } : { ok: false, reason: no });
    witness.trace(`launch ${operationId} ${tasks.map(({ taskId }) => taskId).join(' ')} ${no ?? 'ok'}`);
    if (no === undefined) this.reservations.set(reservation.id, reservation);
    this.#answer(reservation.id, operationId, no === undefined ? { ok: true } : { ok: false, reason: no });
    const agent = this.agents.get(reservation.agentId);
    if (agent !== undefined) this.offer(agent);
    if (no !== undefined) return;
    for (const wanted of tasks) {
      const task = newTask(launch, wanted);
      this.tasks.set(task.id, task);
      this.#changed(task);
      this.#life.begin(task);
    }
  }

  kill(taskId: string, graceMs: number): void {
    const task = this.tasks.get(taskId);
    if (task === undefined) {
      this.#tellOf(taskId);
      return;
    }
    this.#options.witness.killing(task, 'asked');
    this.#options.witness.trace(`kill ${taskId}`);
    // What cannot be reached does not hear it.
    if (!isLive(task) || !this.#reachable(task.agentId)) this.#tell(task);
    else this.#life.kill(task, graceMs);
  }

  release(operationId: string, reservation: Reservation): void {
    const { random, faults, witness } = this.#options;
    const before = this.#answers.get(operationId);
    if (before !== undefined) {
      this.#answer(reservation.id, operationId, before);
      return;
    }
    witness.releasing(reservation, 'asked');
    const agent = this.agents.get(reservation.agentId);
    const busy = [...this.tasks.values()].find((task) => task.reservationId === reservation.id && isLive(task));
    let no: string | undefined;
    if (busy !== undefined) no = `${busy.id} still runs`;
    else if (agent?.state === 'down') no = `${agent.hostname} cannot be reached`;
    else if (random.chance(faults().releaseFails)) no = 'the volume is busy';
    witness.trace(`release ${operationId} ${reservation.id} ${no ?? 'ok'}`);
    const answer = no === undefined ? { ok: true } : { ok: false, reason: no };
    this.#answers.set(operationId, answer);
    if (no === undefined) this.reservations.delete(reservation.id);
    this.#answer(reservation.id, operationId, answer);
    if (agent !== undefined) this.offer(agent);
  }

  reconcile(taskIds: readonly string[], reservationIds: readonly string[]): void {
    this.#options.witness.trace(`reconcile ${taskIds.length} tasks ${reservationIds.length} reservations`);
    for (const id of taskIds) this.#tellOf(id);
    const known = new Set(taskIds);
    for (const task of this.tasks.values()) {
      if (known.has(task.id) || !isLive(task)) continue;
      this.#options.witness.killing(task, 'orphan');
      if (this.#reachable(task.agentId)) this.#life.kill(task, 0);
    }
    const wanted = new Set(reservationIds);
    for (const id of this.reservations.keys()) if (!wanted.has(id)) this.#orphans.add(id);
    this.#releaseOrphans();
  }

  /** The agent is not there for a while: its tasks go on unseen. */
  lose(agent: Agent): void {
    if (agent.state !== 'up') return;
    agent.state = 'down';
    this.#options.witness.trace(`${agent.id} is down`);
    this.offer(agent);
    for (const task of this.#on(agent)) this.#tell(task);
  }

  bringBack(agent: Agent): void {
    if (agent.state !== 'down') return;
    agent.state = 'up';
    this.#options.witness.trace(`${agent.id} is back`);
    this.offer(agent);
    for (const task of this.#unseen) {
      if (task.agentId !== agent.id) continue;
      this.#unseen.delete(task);
      this.#tell(task);
    }
    this.#releaseOrphans();
  }

  /** For ever, with everything on it. */
  destroy(agent: Agent): void {
    if (agent.state === 'gone') return;
    agent.state = 'gone';
    this.#options.witness.trace(`${agent.id} is gone for ever`);
    for (const [id, reservation] of this.reservations)
      if (reservation.agentId === agent.id) this.reservations.delete(id);
    this.offer(agent);
    for (const task of this.#on(agent)) this.#life.end(task, 'GONE', { message: 'its agent is gone' });
  }

  /** All its tasks end at once; its volumes stay. */
  restart(agent: Agent): void {
    this.#options.witness.trace(`${agent.id} restarts`);
    for (const task of this.#on(agent)) this.#life.end(task, 'LOST', { message: 'its agent restarted' });
  }

  add(agent: Agent): void {
    this.agents.set(agent.id, agent);
    this.offer(agent);
  }

  /** Nothing hangs any more, and everything that was not heard is told again. */
  heal(): void {
    this.#life.heal();
    for (const task of this.tasks.values()) if (isLive(task)) this.#tell(task);
  }

  live(): readonly SimTask[] {
    return [...this.tasks.values()].filter(isLive);
  }

  #on(agent: Agent): readonly SimTask[] {
    return [...this.tasks.values()].filter((task) => task.agentId === agent.id && isLive(task));
  }

  #reachable(agentId: string): boolean {
    return this.agents.get(agentId)?.state !== 'down';
  }

  #refusal({ reservation, tasks }: Launch): string | undefined {
    const agent = this.agents.get(reservation.agentId);
    if (agent === undefined || agent.state !== 'up') return `${reservation.hostname} is ${agent?.state ?? 'not there'}`;
    const others = [...this.reservations.values()].filter(({ id }) => id !== reservation.id);
    const free = offerOf(agent, others);
    const need = sumOf(reservation);
    if (need.cpus > free.cpus + 1e-9 || need.memoryMiB > free.memoryMiB || need.diskMiB > free.diskMiB)
      return 'no capacity';
    const taken = need.ports.find((port) => !free.ports.some(({ begin, end }) => port >= begin && port <= end));
    if (taken !== undefined) return `port ${taken} is taken`;
    const twice = tasks.find(({ taskId }) => this.tasks.has(taskId));
    return twice === undefined ? undefined : `task ${twice.taskId} was there already`;
  }

  #releaseOrphans(): void {
    for (const id of this.#orphans) {
      const reservation = this.reservations.get(id);
      if (reservation === undefined) this.#orphans.delete(id);
      else if (this.#reachable(reservation.agentId) && !this.live().some((task) => task.reservationId === id)) {
        this.#options.witness.releasing(reservation, 'orphan');
        this.#options.witness.trace(`release orphan ${id}`);
        this.#orphans.delete(id);
        this.reservations.delete(id);
        const agent = this.agents.get(reservation.agentId);
        if (agent !== undefined) this.offer(agent);
      }
    }
  }

  #changed(task: SimTask): void {
    this.#options.witness.trace(`${task.id} ${task.state}${task.ready ? ' ready' : ''}`);
    // What happens on a lost agent is seen when it is back.
    if (this.#reachable(task.agentId) || task.state === 'GONE') this.#tell(task);
    if (!isLive(task)) this.#releaseOrphans();
  }

  #tell(task: SimTask): void {
    const reachable = this.#reachable(task.agentId);
    if (!reachable) this.#unseen.add(task);
    const status = statusOf(task, reachable);
    this.#channel.send(task.reservationId, { type: 'status', status }, { again: () => this.#tell(task) });
  }

  #tellOf(taskId: string): void {
    const task = this.tasks.get(taskId);
    if (task !== undefined) this.#tell(task);
    else {
      const status = { taskId, agentId: '', state: 'LOST', ready: false, message: 'the engine never got it' } as const;
      this.#channel.send(taskId, { type: 'status', status });
    }
  }

  #answer(key: string, operationId: string, answer: { readonly ok: boolean; readonly reason?: string }): void {
    const workMs = this.#options.random.between(1, WORK_MAX_MS);
    this.#channel.send(key, { type: 'operation', operationId, ...answer }, { workMs });
  }
}
