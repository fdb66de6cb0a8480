/**
 * Packages that are installed from a folder of their own (`--from`). The folder may change or go, so its content is
 * kept with the service that was made of it; what a restart or an update reads is the copy.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { basename, isAbsolute, join, resolve } from 'node:path';
import { ApiFailure } from '@warder/api';
import { loadPackage, type PackageFolder } from '@warder/spec';
import { packageBroken } from './package-error.ts';

export type KeptPackages = {
  /** Undefined: this is not the name of a kept package. @throws ApiFailure `package-unknown`, `package-broken` */
  find(name: string): PackageFolder | undefined;
  /** A copy of the folder, not in use yet. @throws ApiFailure `package-unusable`, `package-broken` */
  stage(folder: string, service: string): StagedPackage;
  /** Forget the copies of services that are not kept. */
  dropAll(isKept: (service: string) => boolean): void;
};

export type StagedPackage = {
  /** Under the name that it is found by later. */
  readonly pkg: PackageFolder;
  /** In place of an earlier copy of the same service. Answers the package at its place. */
  readonly keep: () => PackageFolder;
  /** What was staged and not kept. */
  readonly discard: () => void;
  /** What was kept: there is no service after all. */
  readonly forget: () => void;
};

/** The program of a service is never part of its package: it is fetched. */
const BYTES_MAX = 64 * 1024 * 1024;

/** No service is called so. */
const STAGING = '.staging';

/** What packages import: `@warder/sdk`, and what it needs. */
const modules = resolve(import.meta.dirname, '../../../node_modules');

export function openKeptPackages(home: string): KeptPackages {
  const staging = join(home, STAGING);
  // What was being installed when the server ended was not.
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(staging, { recursive: true, mode: 0o700 });
  linkModules(home);
  /** Services whose package is staged: nobody knows them yet. */
  const busy = new Set<string>();
  const folderOf = (service: string): string => join(home, encodeURIComponent(service));
  return {
    find: (name) => {
      const at = name.indexOf('@');
      return at === -1 ? undefined : load(folderOf(name.slice(at + 1)), name.slice(at + 1));
    },
    stage: (folder, service) => {
      const place = folderOf(service);
      const staged = join(staging, encodeURIComponent(service));
      const discard = (): void => {
        rmSync(staged, { recursive: true, force: true });
        busy.delete(service);
      };
      busy.add(service);
      try {
        copy(folder, staged);
        const keep = (): PackageFolder => {
          rmSync(place, { recursive: true, force: true });
          renameSync(staged, place);
          return load(place, service);
        };
        const forget = (): void => rmSync(place, { recursive: true, force: true });
        // What is wrong is told of the files that the person knows; its code runs where it finds the SDK.
        const { code: _, ...known } = load(folder, service);
        const { code } = load(staged, service);
        return { pkg: { ...known, ...(code === undefined ? {} : { code }) }, keep, discard, forget };
      } catch (error) {
        discard();
        throw error;
      }
    },
    dropAll: (isKept) => {
      for (const entry of readdirSync(home)) {
        const service = decodeURIComponent(entry);
        if (entry === STAGING || entry === 'node_modules' || busy.has(service) || isKept(service)) continue;
        rmSync(join(home, entry), { recursive: true, force: true });
      }
    },
  };
}

/** `kafka@prod/orders`: the package as that service has it. */
function load(folder: string, service: string): PackageFolder {
  if (!existsSync(folder)) {
    const next = `uninstall it (warder package uninstall ${service}), or put ${folder} back`;
    throw new ApiFailure(404, 'package-unknown', `the kept package of ${service} is gone`, next);
  }
  const loaded = loadPackage(folder);
  if ('problems' in loaded) throw packageBroken(service, folder, loaded.problems);
  return { ...loaded.package, name: `${loaded.package.name}@${service}` };
}

function copy(folder: string, staged: string): void {
  const unusable = (why: string): ApiFailure =>
    new ApiFailure(400, 'package-unusable', `${folder} cannot be installed: ${why}`, 'name the folder of a package');
  if (!isAbsolute(folder)) throw unusable('the path is not absolute');
  if (!(statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false)) throw unusable('it is not a folder');
  let bytes = 0;
  try {
    cpSync(folder, staged, {
      recursive: true,
      dereference: true,
      filter: (path) => {
        if (basename(path) === '.git') return false;
        const stat = statSync(path);
        bytes += stat.size;
        if (bytes > BYTES_MAX) throw new Error(`it has more than ${BYTES_MAX} bytes`);
        return stat.isDirectory() || stat.isFile();
      },
    });
  } catch (error) {
    throw unusable(error instanceof Error ? error.message : String(error));
  }
}

/** The checkout may have moved since. */
function linkModules(home: string): void {
  const link = join(home, 'node_modules');
  rmSync(link, { force: true });
  symlinkSync(modules, link, 'dir');
}
