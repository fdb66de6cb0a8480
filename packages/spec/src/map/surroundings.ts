/** What is around the tasks of a pod: image, networks, volumes of the pod, secrets and isolation. */
import type { NetworkSpec, PodSpec, SecretSpec } from '@warder/core';
import { bridgeNetwork } from '../language/network.ts';
import type { StrictPod } from '../language/service.ts';
import { externalVolumeSpec, hostVolumeSpec, volumeSpecs } from './volume.ts';

type Surroundings = Pick<
  PodSpec,
  | 'externalVolumes'
  | 'hostVolumes'
  | 'image'
  | 'ipcMode'
  | 'networks'
  | 'preReservedRole'
  | 'seccomp'
  | 'secrets'
  | 'sharePidNamespace'
  | 'shmSizeMiB'
  | 'volumes'
>;

/** What is not said is left out. */
export const surroundings = (pod: StrictPod): Surroundings => {
  const { image } = pod;
  const role = pod['pre-reserved-role'];
  const ipcMode = pod['ipc-mode'];
  const shmSizeMiB = pod['shm-size'];
  return {
    ...(image === undefined ? {} : { image }),
    ...some('networks', networkSpecs(pod)),
    ...some('volumes', volumeSpecs(pod)),
    ...some(
      'hostVolumes',
      [...(pod['host-volumes'] ?? [])].map(([name, raw]) => hostVolumeSpec(name, raw)),
    ),
    ...some(
      'externalVolumes',
      [...(pod['external-volumes'] ?? [])].map(([name, raw]) => externalVolumeSpec(name, raw)),
    ),
    ...some(
      'secrets',
      [...(pod.secrets ?? [])].map(([name, raw]) => secretSpec(name, raw)),
    ),
    ...(role === undefined || role === '*' ? {} : { preReservedRole: role }),
    ...(pod['share-pid-namespace'] === true ? { sharePidNamespace: true } : {}),
    ...seccomp(pod),
    ...(ipcMode === undefined ? {} : { ipcMode }),
    ...(shmSizeMiB === undefined ? {} : { shmSizeMiB }),
  };
};

const some = <K extends string, T>(key: K, list: readonly T[]): { readonly [k in K]?: readonly T[] } =>
  // A computed key is of type string to the compiler.
  list.length === 0 ? {} : ({ [key]: list } as { readonly [k in K]: readonly T[] });

const seccomp = (pod: StrictPod): Pick<PodSpec, 'seccomp'> => {
  const name = pod['seccomp-profile-name'];
  if (name !== undefined) return { seccomp: { kind: 'profile', name } };
  return pod['seccomp-unconfined'] === true ? { seccomp: { kind: 'unconfined' } } : {};
};

const secretSpec = (name: string, raw: { secret: string; 'env-key'?: string; file?: string }): SecretSpec => {
  const { secret, 'env-key': envKey } = raw;
  const file = raw.file ?? (envKey === undefined ? secret : undefined);
  return { name, secret, ...(envKey === undefined ? {} : { envKey }), ...(file === undefined ? {} : { file }) };
};

/** On a bridge, ports of tasks that are not mapped keep their number on the agent. */
const networkSpecs = (pod: StrictPod): readonly NetworkSpec[] =>
  [...(pod.networks ?? [])].map(([name, raw]) => {
    const containers = raw['container-ports'] ?? [];
    const mapped = (raw['host-ports'] ?? []).map((host, at) => ({ host, container: containers[at] ?? host }));
    const known = new Set(mapped.flatMap(({ host, container }) => [host, container]));
    const others = name === bridgeNetwork ? portsOf(pod).filter((port) => !known.has(port)) : [];
    return {
      name,
      ports: [...mapped, ...others.map((port) => ({ host: port, container: port }))],
      labels: raw.labels ?? {},
    };
  });

/** The fixed ones of all tasks, each once. */
const portsOf = (pod: StrictPod): readonly number[] => {
  const sets = [...(pod['resource-sets']?.values() ?? []), ...pod.tasks.values()];
  const ports = sets.flatMap((set) => [...(set.ports?.values() ?? [])].map(({ port = 0 }) => port));
  return [...new Set(ports.filter((port) => port !== 0))];
};
