/** The secrets of a server: values by path, encrypted in the store, read by no one but the launches that name them. */
import { ApiFailure, type SecretInfo } from '@warder/api';
import { mayRead } from '@warder/core';
import type { Log, SecretReader } from '@warder/scheduler';
import type { Store } from '@warder/store';
import { readKey, readOrMakeKey } from './key.ts';
import { demandSecretPath } from './path.ts';
import { seal, unseal } from './seal.ts';

export type SecretStore = {
  /** In the order of their paths. Values are never listed. */
  list(): readonly SecretInfo[];
  /** @throws ApiFailure `secret-path-invalid`, `secret-too-large`; StoreError */
  put(by: string, path: string, value: Uint8Array): Promise<SecretInfo>;
  /** @throws ApiFailure `secret-unknown` */
  delete(by: string, path: string): Promise<void>;
  readerFor(service: string): SecretReader;
};

type SecretRecord = SecretInfo & { readonly sealed: string };

const VALUE_BYTES_MAX = 1024 * 1024;

const folderOf = (path: string): string => `secret/${encodeURIComponent(path)}/`;

/** `keyFile` is made with the first secret. */
export async function openSecrets(store: Store, keyFile: string, log: Log): Promise<SecretStore> {
  const records = (await store.load('secret/')).map(({ value }) => infoOf(value as SecretRecord));
  const known = new Map(records.map((info) => [info.path, info]));
  const listeners = new Set<() => void>();
  let last: Promise<unknown> = Promise.resolve();
  /** One change at a time: versions are counted. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work, work);
    last = mine;
    return mine;
  };
  const changed = (): void => {
    for (const listener of listeners) listener();
  };

  const put = async (by: string, path: string, value: Uint8Array): Promise<SecretInfo> => {
    const before = known.get(path);
    const nowMs = Date.now();
    const info: SecretInfo = {
      path,
      version: (before?.version ?? 0) + 1,
      sizeBytes: value.length,
      createdMs: before?.createdMs ?? nowMs,
      updatedMs: nowMs,
    };
    const record: SecretRecord = { ...info, sealed: seal(readOrMakeKey(keyFile), path, value) };
    await store.commit([{ path: `${folderOf(path)}value`, value: record }]);
    known.set(path, info);
    log.info({ secret: path, version: info.version, by }, 'secret put');
    changed();
    return info;
  };

  const read = async (path: string): Promise<Uint8Array | undefined> => {
    const [found] = await store.load(folderOf(path));
    if (found === undefined) return undefined;
    try {
      return unseal(readKey(keyFile), path, (found.value as SecretRecord).sealed);
    } catch {
      throw new Error(
        `the secret ${path} was encrypted with another key than that in ${keyFile}: put the file back, or the secret ` +
          `again: warder secret put ${path}`,
      );
    }
  };

  return {
    list: () => [...known.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    put: (by, path, value) => {
      demandSecretPath(path);
      if (value.length > VALUE_BYTES_MAX) throw tooLarge(path, value.length);
      return inTurn(() => put(by, path, value));
    },
    delete: (by, path) =>
      inTurn(async () => {
        if (!known.has(path)) throw unknown(path);
        await store.commit([{ path: `${folderOf(path)}value` }]);
        known.delete(path);
        log.info({ secret: path, by }, 'secret deleted');
        changed();
      }),
    readerFor: (service) => ({
      paths: () => [...known.keys()].filter((path) => mayRead(service, path)),
      read: async (path) => (mayRead(service, path) ? read(path) : undefined),
      onChange: (listener) => {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    }),
  };
}

const infoOf = ({ sealed: _sealed, ...info }: SecretRecord): SecretInfo => info;

function tooLarge(path: string, bytes: number): ApiFailure {
  const message = `the value of ${path} has ${bytes} bytes, the most is ${VALUE_BYTES_MAX}`;
  return new ApiFailure(413, 'secret-too-large', message, 'give large files as artifacts of the pod (uris)');
}

const unknown = (path: string): ApiFailure =>
  new ApiFailure(404, 'secret-unknown', `there is no secret ${path}`, 'see what there is: warder secret list');
