import type { PodSpec } from '../../spec/pod.ts';
import type { VolumeSpec } from '../../spec/resource.ts';
import type { ServiceSpec } from '../../spec/service.ts';
import { keptPods } from './kept-pod.ts';

/** Data lies in them: a volume is neither resized, nor moved, nor changed for another. */
export const volumes = (from: ServiceSpec, to: ServiceSpec): readonly string[] =>
  keptPods(from, to).flatMap(([pod, next]) => [
    ...changed(`pod ${pod.name}`, pod.volumes ?? [], next.volumes ?? []),
    ...pod.resourceSets.flatMap((set) => {
      const kept = next.resourceSets.find(({ name }) => name === set.name);
      return kept === undefined ? [] : changed(`pod ${pod.name}, set ${set.name}`, set.volumes, kept.volumes);
    }),
    ...movedTasks(pod, next),
  ]);

const changed = (where: string, before: readonly VolumeSpec[], after: readonly VolumeSpec[]): readonly string[] =>
  textOf(before) === textOf(after)
    ? []
    : [
        `volumes of ${where} cannot change (${textOf(before)} -> ${textOf(after)}), data would be lost: ` +
          'keep them, and give the new ones to a new pod',
      ];

/** Volumes belong to a set: a task that gets another set would find others, and leave its own behind. */
const movedTasks = (pod: PodSpec, next: PodSpec): readonly string[] =>
  pod.tasks.flatMap(({ name, resourceSet: before }) => {
    const after = next.tasks.find((task) => task.name === name)?.resourceSet ?? before;
    const had = volumesOf(pod, before);
    return before === after || (had.length === 0 && volumesOf(next, after).length === 0)
      ? []
      : [
          `task ${name} of pod ${pod.name} cannot move from set ${before} to ${after}: its volumes (${textOf(had)}) ` +
            `stay with the set; keep it in ${before}`,
        ];
  });

const volumesOf = (pod: PodSpec, set: string): readonly VolumeSpec[] =>
  pod.resourceSets.find(({ name }) => name === set)?.volumes ?? [];

const textOf = (list: readonly VolumeSpec[]): string =>
  list
    .map(({ path, type, sizeMiB, profiles = [] }) => [path, type, `${sizeMiB} MiB`, ...profiles.toSorted()].join(' '))
    .toSorted()
    .join(', ') || 'none';
