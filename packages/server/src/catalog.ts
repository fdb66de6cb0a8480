/** The packages that can be installed, and their code. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ApiFailure, nextAfterUnknown, type PackageDetail, type PackageInfo } from '@warder/api';
import type { Log, PackageCode } from '@warder/scheduler';
import { formatProblem, listPackages, type PackageFolder, type Problem } from '@warder/spec';

export type Catalog = {
  list(): readonly PackageInfo[];
  detail(name: string): PackageDetail | undefined;
  /** Read anew each time: a package can be changed while the server runs. @throws ApiFailure `package-unknown`, `package-broken` */
  find(name: string): PackageFolder;
  /** The package's code, `{}` if it has none. @throws ApiFailure `package-broken` */
  load(pkg: PackageFolder): Promise<PackageCode>;
};

export function openCatalog(folder: string, log: Log): Catalog {
  const packages = (): readonly PackageFolder[] => {
    const { packages: found, problems } = listPackages(folder);
    for (const problem of problems) log.warn({ problem: formatProblem(problem) }, 'a package of the catalog is broken');
    return found;
  };
  return {
    list: () => packages().map(infoOf),
    detail: (name) => {
      const found = packages().find((pkg) => pkg.name === name);
      if (found === undefined) return undefined;
      const { options, readme } = found;
      return { ...infoOf(found), options, ...(readme === undefined ? {} : { readme }) };
    },
    find: (name) => {
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
    load: (pkg) => importCode(pkg),
  };
}

const infoOf = ({ name, version, versions, description }: PackageFolder): PackageInfo => ({
  name,
  version,
  versions,
  description,
});

function packageBroken(name: string, folder: string, problems: readonly Problem[]): ApiFailure {
  const message = `the package ${name} is broken: ${problems[0]?.message ?? ''}`;
  const next = `correct it; all its mistakes: warder package check ${folder}`;
  return new ApiFailure(500, 'package-broken', message, next, problems);
}

async function importCode(pkg: PackageFolder): Promise<PackageCode> {
  if (pkg.code === undefined) return {};
  const fail = (why: string): ApiFailure => {
    const next = 'correct the code of the package, then restart the server';
    return new ApiFailure(500, 'package-broken', `the code of the package ${pkg.name} cannot be used: ${why}`, next);
  };
  try {
    const module: unknown = await import(pathToFileURL(pkg.code).href);
    if (typeof module !== 'object' || module === null || !('default' in module)) {
      throw fail(`${pkg.code} has no default export`);
    }
    if (!isCode(module.default)) throw fail(`the default export of ${pkg.code} is not an object`);
    return module.default;
  } catch (error) {
    throw error instanceof ApiFailure ? error : fail(error instanceof Error ? error.message : String(error));
  }
}

/** What is in it is checked where it is called: a package that lies about a part hurts only that part. */
function isCode(value: unknown): value is PackageCode {
  return typeof value === 'object' && value !== null;
}
