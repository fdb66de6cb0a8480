/** The services of a server: one scheduler for each. */
import { ApiFailure, type ChangeLog, type HostedService } from '@warder/api';
import type { Engine } from '@warder/engine';
import { openScheduler, systemClock, type Log, type PackageHost, type Scheduler } from '@warder/scheduler';
import type { Store } from '@warder/store';
import { noCode, type Catalog } from './catalog.ts';
import { dropFiles } from './files.ts';
import type { SecretStore } from './secret/secret-store.ts';
import { stageConfig } from './stage-config.ts';
import type { Authority } from './tls/authority.ts';
import { dropRecords, folderOf, knownServices, type Known } from './records.ts';

export type ServicesOptions = {
  readonly store: Store;
  readonly engine: Engine;
  readonly catalog: Catalog;
  readonly changes: ChangeLog;
  readonly log: Log;
  readonly secrets: SecretStore;
  readonly authority: Authority;
};

export type Services = {
  /** In the order of their names. */
  list(): readonly HostedService[];
  has(name: string): boolean;
  /** A scheduler for a service that the store does not know yet; not listed before `keep`. */
  create(
    name: string,
    host: PackageHost,
    create: { readonly packageName: string; readonly uid: string },
  ): Promise<Scheduler>;
  keep(scheduler: Scheduler): void;
  /** Open one whose package is gone or broken, without its code: good for an uninstall, which needs none. */
  openBare(name: string): Promise<void>;
  /** The opposite of `create`, when the first configuration was refused. */
  discard(scheduler: Scheduler): Promise<void>;
  /** Tasks go on. */
  close(): Promise<void>;
};

/** Opens every service that the store knows. One that cannot be opened is listed with its error; the others go on. */
export async function openServices(options: ServicesOptions): Promise<Services> {
  const { store, engine, catalog, changes, log, secrets, authority } = options;
  const services = new Map<string, HostedService>();
  const bare = new Map<string, Promise<void>>();

  const open = async (
    name: string,
    host: PackageHost,
    create?: { readonly packageName: string; readonly uid: string },
  ): Promise<Scheduler> => {
    const scheduler = await openScheduler({
      name,
      store,
      engine,
      host,
      clock: systemClock,
      log,
      secrets: secrets.readerFor(name),
      certificates: authority.makeCertificates,
      configOf: (change, from) => stageConfig(catalog, scheduler, change, from),
      ...(create === undefined ? {} : { create }),
    });
    return scheduler;
  };

  const keep = (scheduler: Scheduler): void => {
    const { name } = scheduler;
    services.set(name, { name, scheduler });
    const folder = folderOf(name);
    scheduler.onChange((records) => {
      changes.append(
        name,
        records.map(({ path, value }) => ({ path: path.slice(folder.length), value })),
      );
    });
    void scheduler.ended.then(async (how) => {
      if (how !== 'uninstalled') return;
      // Those that stay now are dropped at the next start.
      await dropFiles(store, (service) => service !== name).catch((error: unknown) =>
        log.warn({ service: name, error: String(error) }, 'files of an uninstalled service are still kept'),
      );
      await catalog.dropAll((service) => service !== name);
      services.delete(name);
      changes.append(name, [{ path: 'service' }]);
      log.info({ service: name }, 'service uninstalled');
    });
  };

  const reopen = async ({ name, packageName, configured }: Known): Promise<void> => {
    if (!configured) {
      log.warn(
        { service: name },
        'service dropped: the server ended in the middle of its install, before anything began',
      );
      await dropRecords(store, name);
      return;
    }
    try {
      keep(await open(name, await catalog.load(catalog.find(packageName))));
    } catch (error) {
      const { code, message, next } = explain(error);
      services.set(name, { name, error: { code, message, next } });
      log.error({ service: name, error: error instanceof Error ? error.stack : String(error) }, 'service not opened');
    }
  };

  const known = await knownServices(store);
  await dropFiles(store, (service) => known.some(({ name }) => name === service));
  await catalog.dropAll((service) => known.some(({ name }) => name === service));
  for (const service of known) await reopen(service);

  return {
    list: () => [...services.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    has: (name) => services.has(name),
    create: open,
    keep,
    openBare: async (name) => {
      // Two schedulers of one service would each do what the other does.
      const opening = bare.get(name) ?? open(name, noCode).then(keep);
      bare.set(name, opening);
      await opening.finally(() => bare.delete(name));
    },
    discard: async (scheduler) => {
      await scheduler.close();
      await dropRecords(store, scheduler.name);
    },
    close: async () => {
      await Promise.all([...services.values()].map(async ({ scheduler }) => scheduler?.close()));
    },
  };
}

function explain(error: unknown): { readonly code: string; readonly message: string; readonly next: string } {
  if (error instanceof ApiFailure) return error;
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'service-broken', message, next: 'see the log: warder server logs; then restart the server' };
}
