import type { ServiceSpec } from '../../spec/service.ts';

/** What is reserved is there to be used. */
export const resourceLimits = ({ pods }: ServiceSpec): readonly string[] =>
  pods.flatMap((pod) =>
    pod.resourceSets.flatMap(({ name, cpus, memoryMiB, limits }) => {
      const where = `pod ${pod.name}, set ${name}`;
      return [
        ...below(where, limits?.cpus, cpus, ' cpus'),
        ...below(where, limits?.memoryMiB, memoryMiB, ' MiB of memory'),
      ];
    }),
  );

const below = (
  where: string,
  limit: number | 'unlimited' | undefined,
  reserved: number,
  unit: string,
): readonly string[] =>
  typeof limit === 'number' && limit < reserved
    ? [
        `${where}: its limit of ${limit}${unit} is less than the ${reserved} that are reserved: raise it, or leave it out`,
      ]
    : [];
