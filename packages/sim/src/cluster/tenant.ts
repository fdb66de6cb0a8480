/** What one service has on the cluster, and how it deals with it: an engine's session without its names. */
import type { Offer, Reservation } from '@warder/core';
import type { EngineEvent, Launch } from '@warder/engine';
import type { VirtualClock } from '../clock.ts';
import type { Faults } from '../fault.ts';
import type { Random } from '../random.ts';
import { sumOf, volumesOf } from './agent.ts';
import type { Agent } from './agent.ts';
import { Channel } from './channel.ts';
import type { Cluster } from './cluster.ts';
import { Life } from './life.ts';
import type { Programs } from './programs.ts';
import { isLive, newTask, statusOf } from './task.ts';
import type { SimTask } from './task.ts';
import type { Witness } from './witness.ts';

export type TenantOptions = {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly faults: () => Faults;
  readonly cluster: Cluster;
  readonly witness: Witness;
  readonly programs?: Programs;
};

type Answer = { readonly ok: boolean; readonly reason?: string };

/** How long the engine takes to do what it is asked. */
const WORK_MAX_MS = 300;

export class Tenant {
  readonly reservations = new Map<string, Reservation>();
  /** Every task that ever was. */
  readonly tasks = new Map<string, SimTask>();
  readonly #live = new Set<SimTask>();
  readonly #channel: Channel;
  readonly #life: Life;
  readonly #options: TenantOptions;
  /** Operations that were answered: the same one again does nothing twice. */
  readonly #answers = new Map<string, Answer>();
  /** Reservations that nobody knows, to be released when their agents are back. */
  readonly #orphans = new Set<string>();
  /** Tasks that changed on a lost agent. */
  readonly #unseen = new Set<SimTask>();

  constructor(options: TenantOptions) {
    this.#options = options;
    this.#channel = new Channel(options);
    this.#life = new Life({ ...options, changed: (task) => this.#changed(task) });
  }

  get agents(): ReadonlyMap<string, Agent> {
    return this.#options.cluster.agents;
  }

  /** What nobody has there. */
  free(agent: Agent): Offer {
    return this.#options.cluster.free(agent);
  }

  listen(listener: (event: EngineEvent) => void): void {
    this.#channel.open(listener);
    for (const agent of this.agents.values()) this.hear(agent);
  }

  unlisten(listener: (event: EngineEvent) => void): void {
    this.#channel.close(listener);
  }

  /** What is free on the agent; with a key, after what was sent with it before. */
  hear(agent: Agent, key = agent.id): void {
    this.#channel.tell(key, () => ({ type: 'offer', offer: this.#options.cluster.free(agent) }));
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
    const answer = answerOf(no);
    this.#answers.set(operationId, answer);
    witness.trace(`launch ${operationId} ${tasks.map(({ taskId }) => taskId).join(' ')} ${no ?? 'ok'}`);
    if (no === undefined) this.reservations.set(reservation.id, reservation);
    this.#answer(reservation.id, operationId, answer);
    this.#offer(reservation.agentId);
    if (no !== undefined) {
      // Who was refused thinks that what it wanted is free again.
      const agent = this.agents.get(reservation.agentId);
      if (agent !== undefined) this.hear(agent, reservation.id);
      return;
    }
    for (const wanted of tasks) {
      const task = newTask(launch, wanted);
      this.tasks.set(task.id, task);
      this.#live.add(task);
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
    if (!isLive(task) || !this.#options.cluster.reachable(task.agentId)) this.#tell(task);
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
    const busy = this.live().find((task) => task.reservationId === reservation.id);
    let no: string | undefined;
    if (busy !== undefined) no = `${busy.id} still runs`;
    else if (agent?.state === 'down') no = `${agent.hostname} cannot be reached`;
    else if (random.chance(faults().releaseFails)) no = 'the volume is busy';
    witness.trace(`release ${operationId} ${reservation.id} ${no ?? 'ok'}`);
    const answer = answerOf(no);
    this.#answers.set(operationId, answer);
    if (no === undefined) this.reservations.delete(reservation.id);
    this.#answer(reservation.id, operationId, answer);
    this.#offer(reservation.agentId);
  }

  reconcile(taskIds: readonly string[], reservationIds: readonly string[]): void {
    this.#options.witness.trace(`reconcile ${taskIds.length} tasks ${reservationIds.length} reservations`);
    for (const id of taskIds) this.#tellOf(id);
    const known = new Set(taskIds);
    for (const task of this.live()) {
      if (known.has(task.id)) continue;
      this.#options.witness.killing(task, 'orphan');
      if (this.#options.cluster.reachable(task.agentId)) this.#life.kill(task, 0);
    }
    const wanted = new Set(reservationIds);
    // One with volumes is kept: a store that was put back from a backup does not know it, and its data is not to blame.
    for (const [id, reservation] of this.reservations)
      if (!wanted.has(id) && volumesOf(reservation).length === 0) this.#orphans.add(id);
    this.#releaseOrphans();
  }

  lost(agent: Agent): void {
    for (const task of this.#on(agent)) this.#tell(task);
  }

  found(agent: Agent): void {
    for (const task of this.#unseen) {
      if (task.agentId !== agent.id) continue;
      this.#unseen.delete(task);
      this.#tell(task);
    }
    this.#releaseOrphans();
  }

  forget(agent: Agent): void {
    for (const [id, reservation] of this.reservations)
      if (reservation.agentId === agent.id) this.reservations.delete(id);
  }

  endAll(agent: Agent, state: 'GONE' | 'LOST', message: string): void {
    for (const task of this.#on(agent)) this.#life.end(task, state, { message });
  }

  heal(): void {
    this.#life.heal();
    for (const task of this.live()) this.#tell(task);
  }

  live(): readonly SimTask[] {
    return [...this.#live];
  }

  #on(agent: Agent): readonly SimTask[] {
    return this.live().filter((task) => task.agentId === agent.id);
  }

  #offer(agentId: string): void {
    const agent = this.agents.get(agentId);
    if (agent !== undefined) this.#options.cluster.offer(agent);
  }

  #refusal({ reservation, tasks }: Launch): string | undefined {
    const agent = this.agents.get(reservation.agentId);
    if (agent === undefined || agent.state !== 'up') return `${reservation.hostname} is ${agent?.state ?? 'not there'}`;
    const free = this.#options.cluster.free(agent, reservation.id);
    const need = sumOf(reservation);
    if (need.cpus > free.cpus + 1e-9 || need.memoryMiB > free.memoryMiB || need.diskMiB > free.diskMiB)
      return 'no capacity';
    const taken = need.ports.find((port) => !free.ports.some(({ begin, end }) => port >= begin && port <= end));
    if (taken !== undefined) return `port ${taken} is taken`;
    const disk = need.disks.find((id) => free.disks?.every((one) => one.id !== id) ?? true);
    if (disk !== undefined) return `disk ${disk} is taken`;
    const twice = tasks.find(({ taskId }) => this.tasks.has(taskId));
    return twice === undefined ? undefined : `task ${twice.taskId} was there already`;
  }

  #releaseOrphans(): void {
    for (const id of this.#orphans) {
      const reservation = this.reservations.get(id);
      if (reservation === undefined) this.#orphans.delete(id);
      else if (
        this.#options.cluster.reachable(reservation.agentId) &&
        !this.live().some((task) => task.reservationId === id)
      ) {
        this.#options.witness.releasing(reservation, 'orphan');
        this.#options.witness.trace(`release orphan ${id}`);
        this.#orphans.delete(id);
        this.reservations.delete(id);
        this.#offer(reservation.agentId);
      }
    }
  }

  #changed(task: SimTask): void {
    if (!isLive(task)) this.#live.delete(task);
    this.#options.witness.trace(`${task.id} ${task.state}${task.ready ? ' ready' : ''}`);
    // What happens on a lost agent is seen when it is back.
    if (this.#options.cluster.reachable(task.agentId) || task.state === 'GONE') this.#tell(task);
    if (!isLive(task)) this.#releaseOrphans();
  }

  #tell(task: SimTask): void {
    const reachable = this.#options.cluster.reachable(task.agentId);
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

  #answer(key: string, operationId: string, answer: Answer): void {
    const workMs = this.#options.random.between(1, WORK_MAX_MS);
    this.#channel.send(key, { type: 'operation', operationId, ...answer }, { workMs });
  }
}

const answerOf = (no: string | undefined): Answer => (no === undefined ? { ok: true } : { ok: false, reason: no });
