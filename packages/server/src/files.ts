/** Small files that are kept with services: in the store, beside the records of their schedulers. */
import type { Files } from '@warder/api';
import type { Store } from '@warder/store';

const ALL = 'file/';
const folderOf = (service: string): string => `${ALL}${encodeURIComponent(service)}/`;
const pathOf = (service: string, file: string): string => folderOf(service) + encodeURIComponent(file);

/** In base64: the store keeps JSON. */
type Kept = { readonly content: string };

export function openFiles(store: Store): Files {
  return {
    list: async (service) => {
      const records = await store.load(folderOf(service));
      return records.map(({ path }) => decodeURIComponent(path.slice(folderOf(service).length)));
    },
    read: async (service, file) => {
      const path = pathOf(service, file);
      const found = (await store.load(path)).find((record) => record.path === path);
      return found === undefined ? undefined : Buffer.from((found.value as Kept).content, 'base64');
    },
    write: async (service, file, content) => {
      const value: Kept = { content: Buffer.from(content).toString('base64') };
      await store.commit([{ path: pathOf(service, file), value }]);
    },
  };
}

/** Forget the files of the services that are not kept. */
export async function dropFiles(store: Store, isKept: (service: string) => boolean): Promise<void> {
  const records = await store.load(ALL);
  const left = records.filter(({ path }) => !isKept(decodeURIComponent(path.split('/')[1] ?? '')));
  if (left.length > 0) await store.commit(left.map(({ path }) => ({ path })));
}
