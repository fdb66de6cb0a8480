import type { PodSpec, PortSpec, ResourceSet, VolumeSpec } from '@warder/core';
import { inlineSetName } from '../check/resource.ts';
import { artifactOf } from '../language/artifact.ts';
import { leastResources } from '../language/resource.ts';
import type { resourceSet } from '../language/resource.ts';
import type { StrictPod } from '../language/service.ts';
import type { StrictOf } from '../shape/shape.ts';
import { taskSpec } from './task.ts';

export type ReadTemplate = (path: string) => string | undefined;

/** A pod without problems, as the core takes it. */
export const podSpec = (name: string, pod: StrictPod, readTemplate: ReadTemplate): PodSpec => {
  const tasks = [...pod.tasks].map(([task, raw]) => taskSpec(task, raw, readTemplate));
  const inline = [...pod.tasks]
    .filter(([, task]) => task['resource-set'] === undefined)
    .map(([task, raw]) => resourceSetSpec(inlineSetName(task), raw));
  const shared = [...(pod['resource-sets'] ?? [])].map(([set, raw]) => resourceSetSpec(set, raw));
  // A set that no task uses would be reserved for nothing.
  const used = new Set(tasks.map((task) => task.resourceSet));
  const rule = pod.placement?.rule;
  return {
    name,
    count: pod.count,
    allowDecommission: pod['allow-decommission'] ?? false,
    ...(rule === undefined ? {} : { placement: rule }),
    uris: (pod.uris ?? []).map(artifactOf),
    rlimits: [...(pod.rlimits ?? [])].map(([limit, { soft = -1, hard = -1 }]) =>
      soft === -1 ? { name: limit } : { name: limit, soft, hard },
    ),
    resourceSets: [...shared, ...inline].filter((set) => used.has(set.name)),
    tasks,
    gates: {
      stop: pod.gates?.stop ?? [],
      replace: pod.gates?.replace ?? [],
      start: pod.gates?.start ?? [],
    },
  };
};

type StrictResources = StrictOf<typeof resourceSet>;

const resourceSetSpec = (name: string, raw: StrictResources): ResourceSet => ({
  name,
  cpus: raw.cpus ?? leastResources.cpus,
  memoryMiB: raw.memory ?? leastResources.memoryMiB,
  ports: [...(raw.ports ?? [])].map(([port, each]): PortSpec => ({
    name: port,
    port: each.port,
    ...(each['env-key'] === undefined ? {} : { envKey: each['env-key'] }),
    advertise: each.advertise ?? false,
    ...(each.vip === undefined ? {} : { vip: { prefix: each.vip.prefix ?? port, port: each.vip.port } }),
  })),
  volumes: [...(raw.volume ? [raw.volume] : []), ...(raw.volumes?.values() ?? [])].map((each): VolumeSpec => ({
    path: each.path,
    type: each.type,
    sizeMiB: each.size,
  })),
});
