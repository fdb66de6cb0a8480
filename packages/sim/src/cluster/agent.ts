import type { Offer, Reservation } from '@warder/core';
import { withoutPorts } from './port.ts';

export type Agent = {
  readonly id: string;
  readonly hostname: string;
  readonly address: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly diskMiB: number;
  readonly ports: { readonly begin: number; readonly end: number };
  state: Offer['state'];
  /** Cpus that somebody else has taken. */
  foreignCpus: number;
};

/** What is free on the agent besides these reservations. */
export function offerOf(agent: Agent, held: Iterable<Reservation>): Offer {
  let { cpus, memoryMiB, diskMiB } = agent;
  const ports: number[] = [];
  cpus -= agent.foreignCpus;
  for (const reservation of held) {
    if (reservation.agentId !== agent.id) continue;
    const sum = sumOf(reservation);
    cpus -= sum.cpus;
    memoryMiB -= sum.memoryMiB;
    diskMiB -= sum.diskMiB;
    ports.push(...sum.ports);
  }
  return {
    agentId: agent.id,
    hostname: agent.hostname,
    address: agent.address,
    attributes: agent.attributes,
    state: agent.state,
    cpus: Math.max(0, Math.round(cpus * 1000) / 1000),
    memoryMiB: Math.max(0, memoryMiB),
    diskMiB: Math.max(0, diskMiB),
    ports: withoutPorts(agent.ports, ports),
  };
}

export type Sum = {
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly diskMiB: number;
  readonly ports: readonly number[];
};

export function sumOf({ sets }: Reservation): Sum {
  return {
    cpus: sets.reduce((sum, set) => sum + set.cpus, 0),
    memoryMiB: sets.reduce((sum, set) => sum + set.memoryMiB, 0),
    diskMiB: sets.flatMap((set) => set.volumes).reduce((sum, volume) => sum + volume.sizeMiB, 0),
    ports: sets.flatMap((set) => Object.values(set.ports)),
  };
}
