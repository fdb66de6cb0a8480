import type { ServiceSpec } from '../../spec/service.ts';

/** Of one label of a DNS name. */
const LENGTH_MAX = 63;

/** Ids and host names are made from it: `__` separates their parts, and folders are dropped in host names. */
export function serviceName(from: ServiceSpec | undefined, { name }: ServiceSpec): readonly string[] {
  if (from !== undefined && from.name !== name)
    return [`the name of a service cannot change (${from.name} -> ${name}): install it anew`];
  const { length } = name.replaceAll('/', '');
  return [
    ...(name.includes('__') ? [`the name ${name} cannot have two underscores in a row: choose another one`] : []),
    // What runs with a longer name already may go on.
    ...(from === undefined && length > LENGTH_MAX
      ? [`the name ${name} is too long for host names (${length} characters): at most ${LENGTH_MAX} without slashes`]
      : []),
  ];
}
