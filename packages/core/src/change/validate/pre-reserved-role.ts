import type { ServiceSpec } from '../../spec/service.ts';
import { keptPods } from './kept-pod.ts';

/** What an instance has reserved belongs to the role; no other can have it. */
export const preReservedRole = (from: ServiceSpec, to: ServiceSpec): readonly string[] =>
  keptPods(from, to).flatMap(([{ name, preReservedRole: before }, { preReservedRole: after }]) =>
    before === after
      ? []
      : [
          `the pre-reserved role of pod ${name} cannot change (${before ?? 'none'} -> ${after ?? 'none'}): ` +
            'give the new role to a new pod',
        ],
  );
