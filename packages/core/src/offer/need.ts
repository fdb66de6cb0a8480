/** What a pod instance needs of an agent, all sets together, beyond what it has there already. */
import type { Reservation } from '../record/instance.ts';
import type { PodSpec } from '../spec/pod.ts';
import type { PortSpec, VolumeSpec } from '../spec/resource.ts';

export type Need = {
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly gpus: number;
  /** Of the agent's ordinary disk. */
  readonly diskMiB: number;
  readonly mounts: readonly MountNeed[];
  readonly ports: readonly PortNeed[];
};

/** `set` is absent for a volume of the pod itself. */
export type MountNeed = {
  readonly set?: string;
  readonly path: string;
  readonly sizeMiB: number;
  readonly profiles: readonly string[];
};

export type PortNeed = { readonly set: string } & Pick<PortSpec, 'name' | 'port' | 'ranges'>;

export function needOf(pod: PodSpec, held?: Reservation): Need {
  let cpus = 0;
  let memoryMiB = 0;
  let gpus = 0;
  let diskMiB = 0;
  const ports: PortNeed[] = [];
  const mounts: MountNeed[] = [];
  const add = (volume: VolumeSpec, set?: string): void => {
    const { path, type, sizeMiB, profiles = [] } = volume;
    if (type === 'ROOT') diskMiB += sizeMiB;
    else mounts.push({ ...(set === undefined ? {} : { set }), path, sizeMiB, profiles });
  };
  const isNew = (has: Reservation['volumes'], { path }: VolumeSpec): boolean =>
    has?.some((other) => other.path === path) !== true;
  for (const volume of pod.volumes ?? []) if (isNew(held?.volumes, volume)) add(volume);
  for (const set of pod.resourceSets) {
    const has = held?.sets.find((other) => other.name === set.name);
    cpus += set.cpus - (has?.cpus ?? 0);
    memoryMiB += set.memoryMiB - (has?.memoryMiB ?? 0);
    gpus += (set.gpus ?? 0) - (has?.gpus ?? 0);
    for (const volume of set.volumes) if (isNew(has?.volumes, volume)) add(volume, set.name);
    for (const spec of set.ports) {
      const kept = has?.ports[spec.name];
      if (kept !== undefined && mayBe(spec, kept)) continue;
      const { name, port, ranges } = spec;
      ports.push({ set: set.name, name, port, ...(ranges === undefined ? {} : { ranges }) });
    }
  }
  for (const set of held?.sets ?? []) {
    if (pod.resourceSets.some(({ name }) => name === set.name)) continue;
    cpus -= set.cpus;
    memoryMiB -= set.memoryMiB;
    gpus -= set.gpus ?? 0;
  }
  return { cpus, memoryMiB, gpus, diskMiB, mounts, ports };
}

/** The port is one that the spec allows. */
export const mayBe = ({ port, ranges }: Pick<PortSpec, 'port' | 'ranges'>, number: number): boolean =>
  port === 0
    ? ranges === undefined || ranges.some(({ begin, end }) => number >= begin && number <= end)
    : number === port;
