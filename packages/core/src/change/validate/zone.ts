import { fieldsOf } from '../../offer/reach.ts';
import type { ServiceSpec } from '../../spec/service.ts';

/**
 * For packages: whether the placement of a pod looks at zones cannot change, since its data was spread (racks,
 * replicas) by what was known of them then. A pod that is new or gone is no change.
 *
 * @example
 *     refusals: ({ from, to }) => zoneCannotChange('node')(from.spec, to.spec)
 */
export function zoneCannotChange(pod: string): (from: ServiceSpec, to: ServiceSpec) => readonly string[] {
  const looksAtZones = ({ pods }: ServiceSpec): boolean | undefined => {
    const found = pods.find(({ name }) => name === pod);
    return found && found.placement !== undefined && fieldsOf(found.placement).includes('zone');
  };
  return (from, to) => {
    const [before, after] = [looksAtZones(from), looksAtZones(to)];
    if (before === undefined || after === undefined || before === after) return [];
    return [
      `the placement of pod ${pod} cannot ${after ? 'begin' : 'cease'} to look at zones: its data was spread ` +
        `${before ? 'over' : 'without'} them; put it back, or install anew`,
    ];
  };
}
