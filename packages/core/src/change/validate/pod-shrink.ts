import { hasInstance, instancesOf } from '../../spec/instance.ts';
import type { ServiceSpec } from '../../spec/service.ts';

/** Whoever takes data away says so. */
export const podShrink = (from: ServiceSpec, to: ServiceSpec): readonly string[] =>
  from.pods.flatMap((pod) => {
    const next = to.pods.find(({ name }) => name === pod.name);
    if (next === undefined) {
      return pod.allowDecommission
        ? []
        : [`pod ${pod.name} cannot be removed: it does not say allow-decommission; first let it say so`];
    }
    const gone = instancesOf(pod).filter((index) => !hasInstance(next, index));
    if (gone.length === 0 || next.allowDecommission) return [];
    const what =
      next.count < pod.count
        ? `shrink from ${pod.count} to ${next.count}`
        : `lose ${gone.map((index) => `${pod.name}-${index}`).join(', ')}`;
    return [`pod ${pod.name} cannot ${what}: it does not say allow-decommission; let it say so`];
  });
