import type { Disk, Offer, Reservation, ReservedVolume } from '@warder/core';
import { withoutPorts } from './port.ts';

export type Agent = {
  readonly id: string;
  readonly hostname: string;
  readonly address: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly diskMiB: number;
  readonly disks: readonly Disk[];
  readonly ports: { readonly begin: number; readonly end: number };
  /** For how many services it was made. */
  readonly services: number;
  state: Offer['state'];
  maintenance: Offer['maintenance'];
  maintainedMs: number | undefined;
  /** Cpus that somebody else has taken. */
  foreignCpus: number;
};

/** What is free on the agent besides these reservations. */
export function offerOf(agent: Agent, held: Iterable<Reservation>): Offer {
  let { cpus, memoryMiB, diskMiB } = agent;
  const ports: number[] = [];
  const disks = new Set<string>();
  cpus -= agent.foreignCpus;
  for (const reservation of held) {
    if (reservation.agentId !== agent.id) continue;
    const sum = sumOf(reservation);
    cpus -= sum.cpus;
    memoryMiB -= sum.memoryMiB;
    diskMiB -= sum.diskMiB;
    ports.push(...sum.ports);
    for (const disk of sum.disks) disks.add(disk);
  }
  return {
    agentId: agent.id,
    hostname: agent.hostname,
    address: agent.address,
    attributes: agent.attributes,
    state: agent.state,
    ...(agent.maintenance === undefined ? {} : { maintenance: agent.maintenance }),
    cpus: Math.max(0, Math.round(cpus * 1000) / 1000),
    memoryMiB: Math.max(0, memoryMiB),
    diskMiB: Math.max(0, diskMiB),
    disks: agent.disks.filter(({ id }) => !disks.has(id)),
    ports: withoutPorts(agent.ports, ports),
  };
}

export type Sum = {
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly diskMiB: number;
  readonly ports: readonly number[];
  /** Taken whole. */
  readonly disks: readonly string[];
};

export function sumOf(reservation: Reservation): Sum {
  const { sets } = reservation;
  const volumes = volumesOf(reservation);
  return {
    cpus: sets.reduce((sum, set) => sum + set.cpus, 0),
    memoryMiB: sets.reduce((sum, set) => sum + set.memoryMiB, 0),
    diskMiB: volumes.reduce((sum, { type, sizeMiB }) => sum + (type === 'ROOT' ? sizeMiB : 0), 0),
    ports: sets.flatMap((set) => Object.values(set.ports)),
    disks: volumes.flatMap(({ diskId }) => diskId ?? []),
  };
}

/** Of its sets and of the pod itself. */
export const volumesOf = ({ sets, volumes = [] }: Reservation): readonly ReservedVolume[] => [
  ...sets.flatMap((set) => set.volumes),
  ...volumes,
];
