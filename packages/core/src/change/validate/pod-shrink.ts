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
    return next.count >= pod.count || next.allowDecommission
      ? []
      : [
          `pod ${pod.name} cannot shrink from ${pod.count} to ${next.count}: it does not say allow-decommission; let it say so`,
        ];
  });
