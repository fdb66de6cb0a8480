/** The reservation that an instance has on an agent once the engine agrees. */
import type { Reservation, ReservedSet, ReservedVolume } from '../record/instance.ts';
import type { PodSpec } from '../spec/pod.ts';
import type { VolumeSpec } from '../spec/resource.ts';
import type { Choice } from './check.ts';
import type { Offer } from './offer.ts';

type Wanted = { readonly id: string; readonly instance: string; readonly pod: PodSpec; readonly choice: Choice };

/** What is `held` already stays as it is, ports and volumes by their names. */
export function reserve(offer: Offer, { id, instance, pod, choice }: Wanted, held?: Reservation): Reservation {
  const volumeOf = ({ path, type, sizeMiB }: VolumeSpec, set?: string): ReservedVolume => {
    const [, disk] = [...choice.disks].find(([need]) => need.set === set && need.path === path) ?? [];
    // No set has an empty name: the volumes of the pod and those of its sets have different ids.
    const volume = { id: `${id}__${set ?? ''}__${path}`, path, type, sizeMiB };
    return disk === undefined ? volume : { ...volume, diskId: disk.id };
  };
  const keep = (volumes: readonly ReservedVolume[], has: readonly ReservedVolume[] = []): readonly ReservedVolume[] =>
    volumes.map((volume) => has.find(({ path }) => path === volume.path) ?? volume);
  const { agentId, hostname, address, attributes } = offer;
  const volumes = keep(
    (pod.volumes ?? []).map((volume) => volumeOf(volume)),
    held?.volumes,
  );
  return {
    id,
    instance,
    agentId,
    hostname,
    address,
    attributes,
    sets: pod.resourceSets.map((set): ReservedSet => {
      const has = held?.sets.find(({ name }) => name === set.name);
      const chosen = [...choice.ports].filter(([need]) => need.set === set.name);
      const kept = set.ports.flatMap(({ name }) => {
        const port = has?.ports[name];
        return port === undefined ? [] : [[name, port] as const];
      });
      return {
        name: set.name,
        cpus: set.cpus,
        memoryMiB: set.memoryMiB,
        ...(set.gpus === undefined ? {} : { gpus: set.gpus }),
        ports: Object.fromEntries([...kept, ...chosen.map(([{ name }, port]) => [name, port] as const)]),
        volumes: keep(
          set.volumes.map((volume) => volumeOf(volume, set.name)),
          has?.volumes,
        ),
      };
    }),
    ...(volumes.length === 0 ? {} : { volumes }),
  };
}

/** The reservation is what the pod needs, set by set, as long as its ports may stay what they are. */
export function isEnough(held: Reservation, pod: PodSpec): boolean {
  const wanted = pod.resourceSets.map((set) => shapeOf({ ...set, ports: set.ports.map(({ name }) => name) }));
  const have = held.sets.map((set) => shapeOf({ ...set, ports: Object.keys(set.ports) }));
  return textOf(wanted) === textOf(have) && pathsOf(pod.volumes) === pathsOf(held.volumes);
}

type Shape = Pick<ReservedSet, 'name' | 'cpus' | 'memoryMiB' | 'gpus'> & {
  readonly ports: readonly string[];
  readonly volumes: readonly { readonly path: string }[];
};

const shapeOf = ({ name, cpus, memoryMiB, gpus = 0, ports, volumes }: Shape): string =>
  JSON.stringify([name, cpus, memoryMiB, gpus, ports.toSorted(), pathsOf(volumes)]);

const textOf = (names: readonly string[]): string => JSON.stringify(names.toSorted());

const pathsOf = (volumes: readonly { readonly path: string }[] = []): string => textOf(volumes.map(({ path }) => path));
