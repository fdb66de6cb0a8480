/** What a pod instance needs of an agent, all sets together, beyond what it has there already. */
import type { Reservation } from '../record/instance.ts';
import type { PodSpec } from '../spec/pod.ts';

export type Need = {
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly diskMiB: number;
  readonly ports: readonly PortNeed[];
};

export type PortNeed = { readonly set: string; readonly name: string; readonly port: number };

export function needOf(pod: PodSpec, held?: Reservation): Need {
  let cpus = 0;
  let memoryMiB = 0;
  let diskMiB = 0;
  const ports: PortNeed[] = [];
  for (const set of pod.resourceSets) {
    const has = held?.sets.find((other) => other.name === set.name);
    cpus += set.cpus - (has?.cpus ?? 0);
    memoryMiB += set.memoryMiB - (has?.memoryMiB ?? 0);
    for (const volume of set.volumes) {
      if (has?.volumes.some((other) => other.path === volume.path) !== true) diskMiB += volume.sizeMiB;
    }
    for (const { name, port } of set.ports) {
      const kept = has?.ports[name];
      if (kept === undefined || (port !== 0 && port !== kept)) ports.push({ set: set.name, name, port });
    }
  }
  return { cpus, memoryMiB, diskMiB, ports };
}
