/**
 * The names that tasks can look up: a file for each service, shown to its jails as /etc/hosts. It is written in place,
 * because a jail sees the file that was there when it was made, not one that takes its name later.
 */
import { closeSync, fchmodSync, ftruncateSync, fstatSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { constants } from 'node:fs';
import { join } from 'node:path';
import { fileName } from '../home.ts';
import type { Home } from '../home.ts';

export type Host = {
  readonly service: string;
  readonly address: string;
  /** The host name in the jail, known to its own service only. */
  readonly short?: string;
  /** Whole names, known to every service. */
  readonly names: readonly string[];
};

export type Hosts = {
  readonly fileOf: (service: string) => string;
  /** Everything that can be looked up now; each named service has a file afterwards. */
  readonly write: (services: Iterable<string>, hosts: readonly Host[]) => void;
  readonly remove: (service: string) => void;
};

export const openHosts = (home: Home): Hosts => {
  const fileOf = (service: string) => join(home.hosts, fileName(service));
  return {
    fileOf,
    write: (services, hosts) => {
      for (const service of services) overwrite(fileOf(service), hostsText(service, hosts));
    },
    remove: (service) => rmSync(fileOf(service), { force: true }),
  };
};

/** Also what keeps a line of the file from holding more than a name. */
export const isHostname = (name: string): boolean => name.length <= 253 && /^[A-Za-z0-9_]([A-Za-z0-9_.-]*)$/.test(name);

/** A task's name as a host name. */
export const shortName = (task: string): string =>
  task
    .replaceAll(/[^A-Za-z0-9-]/g, '-')
    .slice(0, 63)
    .replaceAll(/^-+|-+$/g, '') || 'task';

export const hostsText = (service: string, hosts: readonly Host[]): string => {
  const lines = hosts.flatMap((host) => {
    const names = [...(host.short !== undefined && host.service === service ? [host.short] : []), ...host.names];
    return names.length === 0 ? [] : [`${host.address} ${names.join(' ')}`];
  });
  return ['127.0.0.1 localhost', '::1 localhost ip6-localhost', ...new Set(lines), ''].join('\n');
};

/** In one write, filled up to the old size: whoever reads meanwhile sees whole lines. */
const overwrite = (path: string, text: string): void => {
  const descriptor = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o644);
  try {
    // Whatever the umask says: every user of a jail reads it.
    fchmodSync(descriptor, 0o644);
    if (readFileSync(path, 'utf8') === text) return;
    const bytes = Buffer.from(text);
    const filled = Buffer.concat([bytes, Buffer.alloc(Math.max(0, fstatSync(descriptor).size - bytes.length), '\n')]);
    writeSync(descriptor, filled, 0, filled.length, 0);
    ftruncateSync(descriptor, bytes.length);
  } finally {
    closeSync(descriptor);
  }
};
