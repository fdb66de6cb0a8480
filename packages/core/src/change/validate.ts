/** What a new configuration may not change: each rule says what is wrong and what would be right. */
import type { ServiceSpec } from '../spec/service.ts';
import type { VolumeSpec } from '../spec/resource.ts';

export function refusals(from: ServiceSpec, to: ServiceSpec): readonly string[] {
  return [...nameChanged(from, to), ...userChanged(from, to), ...podsShrunk(from, to), ...volumesChanged(from, to)];
}

const nameChanged = (from: ServiceSpec, to: ServiceSpec): readonly string[] =>
  from.name === to.name ? [] : [`the name of a service cannot change (${from.name} -> ${to.name}): install it anew`];

/** Files in the volumes belong to the old user. */
const userChanged = (from: ServiceSpec, to: ServiceSpec): readonly string[] =>
  from.user === to.user ? [] : [`the user cannot change (${from.user} -> ${to.user}): it owns the data`];

const podsShrunk = (from: ServiceSpec, to: ServiceSpec): readonly string[] =>
  from.pods.flatMap((pod) => {
    const next = to.pods.find(({ name }) => name === pod.name);
    if (next === undefined) {
      return pod.allowDecommission ? [] : [`pod ${pod.name} cannot be removed: it does not say allow-decommission`];
    }
    return next.count >= pod.count || next.allowDecommission
      ? []
      : [`pod ${pod.name} cannot shrink from ${pod.count} to ${next.count}: it does not say allow-decommission`];
  });

const volumesChanged = (from: ServiceSpec, to: ServiceSpec): readonly string[] =>
  from.pods.flatMap((pod) =>
    pod.resourceSets.flatMap((set) => {
      const next = to.pods.find(({ name }) => name === pod.name)?.resourceSets.find(({ name }) => name === set.name);
      if (next === undefined || textOf(set.volumes) === textOf(next.volumes)) return [];
      return [
        `volumes of ${pod.name} cannot change (${textOf(set.volumes)} -> ${textOf(next.volumes)}): data would be lost`,
      ];
    }),
  );

const textOf = (volumes: readonly VolumeSpec[]): string =>
  volumes.map(({ path, type, sizeMiB }) => `${path} ${type} ${sizeMiB} MiB`).join(', ') || 'none';
