/** Where the records of a service lie in the store. */
import type { ServiceRecord } from '@warder/core';
import type { Store } from '@warder/store';

export const folderOf = (service: string): string => `service/${encodeURIComponent(service)}/`;

export type Known = {
  readonly name: string;
  readonly packageName: string;
  /** Whether it ever got a configuration. */
  readonly configured: boolean;
};

/** The services that the store knows, in the order of their names. */
export async function knownServices(store: Store): Promise<readonly Known[]> {
  const records = await store.load('service/');
  return records
    .filter(({ path }) => path.split('/').length === 3 && path.endsWith('/service'))
    .map(({ value }) => value as ServiceRecord)
    .map(({ name, packageName, targetConfigId }) => ({ name, packageName, configured: targetConfigId !== '' }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** Forget a service of which nothing was ever launched. */
export async function dropRecords(store: Store, service: string): Promise<void> {
  const records = await store.load(folderOf(service));
  await store.commit(records.map(({ path }) => ({ path })));
}
