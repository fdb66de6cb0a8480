/** What waiting cannot help, told before the restarts begin. */
import type { PackageCode } from '@warder/sdk';

export const review: NonNullable<PackageCode['review']> = async ({ service, restarts }) => {
  const alone = service.instances.length === 1 && restarts.length > 0;
  return alone ? [`${service.name} has one member: nothing is served while it restarts`] : [];
};
