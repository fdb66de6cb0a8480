/** The packages that can be installed, and their code. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ApiFailure, nextAfterUnknown, type PackageDetail, type PackageInfo } from '@warder/api';
import { hostHere, openThreadHost, type Log, type PackageHost } from '@warder/scheduler';
import { formatProblem, listPackages, type PackageFolder } from '@warder/spec';
import { openKeptPackages, type StagedPackage } from './kept-package.ts';
import { packageBroken } from './package-error.ts';

export type Catalog = {
  list(): readonly PackageInfo[];
  detail(name: string): PackageDetail | undefined;
  /** Read anew each time: a package can be changed while the server runs. @throws ApiFailure `package-unknown`, `package-broken` */
  find(name: string): PackageFolder;
  /** A package from elsewhere, for one service. @throws ApiFailure `package-unusable`, `package-broken` */
  stage(folder: string, service: string): StagedPackage;
  /** Forget what was kept for services that are not there any more. */
  dropAll(isKept: (service: string) => boolean): Promise<void>;
  /** The package's code, in a thread that its services share. @throws ApiFailure `package-broken` */
  load(pkg: PackageFolder): Promise<PackageHost>;
  /** Ends the threads of the packages. */
  close(): Promise<void>;
};

/** `keptFolder`: where packages from elsewhere are kept. */
export function openCatalog(folder: string, keptFolder: string, log: Log): Catalog {
  const kept = openKeptPackages(keptFolder);
  const hosts = new Map<string, Promise<PackageHost>>();
  const packages = (): readonly PackageFolder[] => {
    const { packages: found, problems } = listPackages(folder);
    for (const problem of problems) log.warn({ problem: formatProblem(problem) }, 'a package of the catalog is broken');
    return found;
  };
  return {
    list: () => packages().map(infoOf),
    detail: (name) => {
      const found = kept.find(name) ?? packages().find((pkg) => pkg.name === name);
      if (found === undefined) return undefined;
      const { options, readme } = found;
      return { ...infoOf(found), options, ...(readme === undefined ? {} : { readme }) };
    },
    find: (name) => {
      const own = kept.find(name);
      if (own !== undefined) return own;
      const { packages: found, problems } = listPackages(folder);
      const pkg = found.find((candidate) => candidate.name === name);
      if (pkg !== undefined) return pkg;
      const next = nextAfterUnknown(
        name,
        found.map((candidate) => candidate.name),
        'warder package list',
      );
      const broken = problems.filter((problem) => problem.where?.file.includes(`/${name}/`) === true);
      if (broken.length > 0) throw packageBroken(name, join(folder, name), broken);
      throw new ApiFailure(404, 'package-unknown', `there is no package ${name} in ${folder}`, next);
    },
    stage: (from, service) => kept.stage(from, service),
    dropAll: async (isKept) => {
      kept.dropAll(isKept);
      // Another package may be kept at the same place later.
      const gone = [...hosts].filter(([file]) => file.startsWith(keptFolder) && !existsSync(file));
      for (const [file] of gone) hosts.delete(file);
      await Promise.allSettled(gone.map(async ([, host]) => (await host).close()));
    },
    load: async (pkg) => {
      const { name, code: file } = pkg;
      if (file === undefined) return noCode;
      const host = hosts.get(file) ?? openThreadHost({ name, file, log });
      hosts.set(file, host);
      try {
        return await host;
      } catch (error) {
        // It may be corrected while the server runs.
        hosts.delete(file);
        throw codeBroken(name, error instanceof Error ? error.message : String(error));
      }
    },
    close: async () => {
      await Promise.allSettled([...hosts.values()].map(async (host) => (await host).close()));
    },
  };
}

const infoOf = ({ name, version, versions, description }: PackageFolder): PackageInfo => ({
  name,
  version,
  versions,
  description,
});

/** Of a package that is YAML alone, or whose code is gone. */
export const noCode: PackageHost = hostHere({});

function codeBroken(name: string, why: string): ApiFailure {
  const next = 'correct the code of the package, then restart the server';
  return new ApiFailure(500, 'package-broken', `the code of the package ${name} cannot be used: ${why}`, next);
}
