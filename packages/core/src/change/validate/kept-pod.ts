import type { PodSpec } from '../../spec/pod.ts';
import type { ServiceSpec } from '../../spec/service.ts';

/** The pods that both specs have, as they were and as they are to be. */
export const keptPods = (from: ServiceSpec, to: ServiceSpec): readonly (readonly [PodSpec, PodSpec])[] =>
  from.pods.flatMap((pod) => {
    const next = to.pods.find(({ name }) => name === pod.name);
    return next === undefined ? [] : [[pod, next] as const];
  });
