import type { PodSpec, PortSpec, ResourceLimits, ResourceSet } from '@warder/core';
import { inlineSetName } from '../check/resource.ts';
import { artifactOf } from '../language/artifact.ts';
import { portMax } from '../language/port.ts';
import { leastResources } from '../language/resource.ts';
import type { resourceSet } from '../language/resource.ts';
import type { StrictPod } from '../language/service.ts';
import type { StrictOf } from '../shape/shape.ts';
import { surroundings } from './surroundings.ts';
import { taskSpec } from './task.ts';
import { volumeSpecs } from './volume.ts';

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
    ...(pod.retired === undefined ? {} : { retired: pod.retired }),
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
    ...surroundings(pod),
  };
};

type StrictResources = StrictOf<typeof resourceSet>;

const resourceSetSpec = (name: string, raw: StrictResources): ResourceSet => ({
  name,
  cpus: raw.cpus ?? leastResources.cpus,
  memoryMiB: raw.memory ?? leastResources.memoryMiB,
  ...(raw.gpus === undefined ? {} : { gpus: raw.gpus }),
  ...limits(raw),
  ports: [...(raw.ports ?? [])].map(([port, each]) => portSpec(port, each)),
  volumes: volumeSpecs(raw),
});

const limits = ({ 'resource-limits': raw }: StrictResources): { readonly limits?: ResourceLimits } => {
  if (raw?.cpus === undefined && raw?.memory === undefined) return {};
  const { cpus, memory } = raw;
  return {
    limits: { ...(cpus === undefined ? {} : { cpus }), ...(memory === undefined ? {} : { memoryMiB: memory }) },
  };
};

type StrictPort = NonNullable<StrictResources['ports']> extends ReadonlyMap<string, infer Port> ? Port : never;

const portSpec = (name: string, raw: StrictPort): PortSpec => ({
  name,
  port: raw.port ?? 0,
  ...(raw['env-key'] === undefined ? {} : { envKey: raw['env-key'] }),
  ...(raw.ranges?.[0] === undefined
    ? {}
    : { ranges: raw.ranges.map(({ begin = 0, end = portMax }) => ({ begin, end })) }),
  advertise: raw.advertise ?? false,
  ...(raw.vip === undefined ? {} : { vip: { prefix: raw.vip.prefix ?? name, port: raw.vip.port } }),
});
