/** Brokers that are to go, and are still there. Pure. */
import { hasInstance, type ServiceView } from '@warder/sdk';

/**
 * Whoever brings configurations of his own stage by stage brings, in each, that they are to go: one that still waits,
 * because there is something on it, would hold him up for ever. `besides`: those that he takes away himself.
 */
export const leaving = (
  { name, spec, instances }: Pick<ServiceView, 'name' | 'spec' | 'instances'>,
  besides: readonly number[],
): readonly string[] => {
  const pod = spec.pods.find((each) => each.name === 'broker');
  const going = instances.filter(
    (each) => each.pod === 'broker' && !hasInstance(pod, each.index) && !besides.includes(each.index),
  );
  const next = `wait until it is gone, or take that back: warder ${name} plan rollback update`;
  return going.map((each) => `${each.name} is to go and is still there: ${next}`);
};
