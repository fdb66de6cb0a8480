/** A cluster with some services on it. It goes on whatever happens to their schedulers. */
import type { Offer, Reservation } from '@warder/core';
import type { VirtualClock } from '../clock.ts';
import type { Faults } from '../fault.ts';
import type { Random } from '../random.ts';
import { offerOf } from './agent.ts';
import type { Agent } from './agent.ts';
import type { Programs } from './programs.ts';
import { Tenant } from './tenant.ts';
import type { Witness } from './witness.ts';

export type ClusterOptions = {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly faults: () => Faults;
  readonly agents: readonly Agent[];
  readonly trace: (text: string) => void;
};

export class Cluster {
  readonly agents = new Map<string, Agent>();
  readonly #tenants: Tenant[] = [];
  readonly #options: ClusterOptions;

  constructor(options: ClusterOptions) {
    this.#options = options;
    for (const agent of options.agents) this.agents.set(agent.id, agent);
  }

  /** One more service; `programs`: what its tasks run. */
  tenant(witness: Witness, programs?: Programs): Tenant {
    const { clock, random, faults } = this.#options;
    const model = programs === undefined ? {} : { programs };
    const tenant = new Tenant({ clock, random, faults, witness, cluster: this, ...model });
    this.#tenants.push(tenant);
    return tenant;
  }

  /** What is free there, besides the reservation of this id. */
  free(agent: Agent, butFor?: string): Offer {
    const held: Reservation[] = [];
    for (const { reservations } of this.#tenants) {
      for (const reservation of reservations.values()) if (reservation.id !== butFor) held.push(reservation);
    }
    return offerOf(agent, held);
  }

  offer(agent: Agent): void {
    for (const tenant of this.#tenants) tenant.hear(agent);
  }

  reachable(agentId: string): boolean {
    return this.agents.get(agentId)?.state !== 'down';
  }

  /** The agent is not there for a while: its tasks go on unseen. */
  lose(agent: Agent): void {
    if (agent.state !== 'up') return;
    agent.state = 'down';
    this.#options.trace(`${agent.id} is down`);
    this.offer(agent);
    for (const tenant of this.#tenants) tenant.lost(agent);
  }

  bringBack(agent: Agent): void {
    if (agent.state !== 'down') return;
    agent.state = 'up';
    this.#options.trace(`${agent.id} is back`);
    this.offer(agent);
    for (const tenant of this.#tenants) tenant.found(agent);
  }

  /** For ever, with everything on it. */
  destroy(agent: Agent): void {
    if (agent.state === 'gone') return;
    agent.state = 'gone';
    this.#options.trace(`${agent.id} is gone for ever`);
    for (const tenant of this.#tenants) tenant.forget(agent);
    this.offer(agent);
    for (const tenant of this.#tenants) tenant.endAll(agent, 'GONE', 'its agent is gone');
  }

  /** All its tasks end at once; its volumes stay. */
  restart(agent: Agent): void {
    this.#options.trace(`${agent.id} restarts`);
    for (const tenant of this.#tenants) tenant.endAll(agent, 'LOST', 'its agent restarted');
  }

  /** What its operator wants of it. */
  maintain(agent: Agent, maintenance: Offer['maintenance']): void {
    if (agent.maintenance === maintenance) return;
    agent.maintenance = maintenance;
    agent.maintainedMs = this.#options.clock.now();
    this.#options.trace(`${agent.id} ${maintenance ?? 'is given back'}`);
    this.offer(agent);
  }

  add(agent: Agent): void {
    this.agents.set(agent.id, agent);
    this.offer(agent);
  }

  /** Nothing hangs any more, and everything that was not heard is told again. */
  heal(): void {
    for (const tenant of this.#tenants) tenant.heal();
  }
}
