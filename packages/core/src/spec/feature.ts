/** What a spec asks of an engine beyond processes with cpus, memory, ports and volumes. */
import type { PodSpec } from './pod.ts';
import type { ServiceSpec } from './service.ts';
import type { TaskSpec } from './task.ts';

export type Feature =
  | 'external-volumes'
  | 'gpus'
  | 'host-volumes'
  | 'images'
  | 'networks'
  | 'pre-reserved-roles'
  | 'resource-limits'
  | 'seccomp-profiles'
  | 'seccomp-unconfined'
  | 'secrets'
  | 'share-ipc'
  | 'share-pid'
  | 'shm-size'
  | 'transport-encryption'
  | 'volume-profiles';

/** A feature and the key that asks for it: `pods.hello.image`. */
export type FeatureUse = { readonly feature: Feature; readonly path: string };

export const featuresOf = (spec: ServiceSpec): readonly FeatureUse[] => spec.pods.flatMap(featuresOfPod);

function featuresOfPod(pod: PodSpec): readonly FeatureUse[] {
  const at = `pods.${pod.name}`;
  const volumes = [...(pod.volumes ?? []), ...pod.resourceSets.flatMap((set) => set.volumes)];
  return [
    ...use(pod.image, 'images', `${at}.image`),
    ...use(pod.networks?.[0], 'networks', `${at}.networks`),
    ...use(pod.hostVolumes?.[0], 'host-volumes', `${at}.host-volumes`),
    ...use(pod.externalVolumes?.[0], 'external-volumes', `${at}.external-volumes`),
    ...use(pod.secrets?.[0], 'secrets', `${at}.secrets`),
    ...use(pod.preReservedRole, 'pre-reserved-roles', `${at}.pre-reserved-role`),
    ...use(pod.sharePidNamespace === true || undefined, 'share-pid', `${at}.share-pid-namespace`),
    ...(pod.seccomp === undefined
      ? []
      : pod.seccomp.kind === 'profile'
        ? use(pod.seccomp, 'seccomp-profiles', `${at}.seccomp-profile-name`)
        : use(pod.seccomp, 'seccomp-unconfined', `${at}.seccomp-unconfined`)),
    ...use(pod.shmSizeMiB, 'shm-size', `${at}.shm-size`),
    ...use(
      volumes.find(({ profiles = [] }) => profiles.length > 0),
      'volume-profiles',
      `${at}.volumes`,
    ),
    ...pod.resourceSets.flatMap(({ name, gpus, limits }) => [
      ...use(gpus, 'gpus', `${at}.resource-sets.${name}.gpus`),
      ...use(limits, 'resource-limits', `${at}.resource-sets.${name}.resource-limits`),
    ]),
    ...pod.tasks.flatMap((task) => featuresOfTask(task, `${at}.tasks.${task.name}`)),
  ];
}

const featuresOfTask = (task: TaskSpec, at: string): readonly FeatureUse[] => [
  ...use(task.transportEncryption?.[0], 'transport-encryption', `${at}.transport-encryption`),
  ...use(task.ipcMode === 'SHARE_PARENT' || undefined, 'share-ipc', `${at}.ipc-mode`),
  ...use(task.shmSizeMiB, 'shm-size', `${at}.shm-size`),
];

const use = (value: unknown, feature: Feature, path: string): readonly FeatureUse[] =>
  value === undefined ? [] : [{ feature, path }];
