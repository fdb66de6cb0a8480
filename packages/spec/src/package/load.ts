/** A package from its folder, and the packages of a catalog. */
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isDcosFolder, loadDcosPackage } from '../dcos/load.ts';
import { readOptionSchema } from '../options/read-schema.ts';
import type { OptionSchema } from '../options/schema.ts';
import { withUnset } from '../options/unset.ts';
import type { Problem, Problems } from '../problem.ts';
import type { View } from '../template/lookup.ts';
import { readText, shownPath, templatesIn } from './file.ts';
import { readMetadata } from './metadata.ts';
import type { PackageFolder, PrepareInput } from './package-folder.ts';

/**
 * Reads a package: package.yml, service.yml, options.json (optional), templates/, and where its code is. Names of files
 * in problems are relative to the working directory.
 */
export const loadPackage = (folder: string): { readonly package: PackageFolder } | Problems =>
  isDcosFolder(folder) ? loadDcosPackage(folder) : loadOwnPackage(folder);

const loadOwnPackage = (folder: string): { readonly package: PackageFolder } | Problems => {
  const metadata = readAs(folder, 'package.yml', readMetadata);
  const options = existsSync(join(folder, 'options.json'))
    ? readAs(folder, 'options.json', readOptionSchema)
    : { schema: {} satisfies OptionSchema };
  const service = readAs(folder, 'service.yml', (text, file) => ({ text, file }));
  const problems: Problem[] = [];
  for (const part of [metadata, options, service]) if ('problems' in part) problems.push(...part.problems);
  if ('problems' in metadata || 'problems' in options || 'problems' in service) return { problems };
  const { name, version, description, versions, requires, upgradesFrom, downgradesTo } = metadata.metadata;
  const code = existing(folder, 'src/index.ts');
  const cli = existing(folder, 'src/cli.ts');
  const readme = readText(join(folder, 'README.md'));
  return {
    package: {
      folder: resolve(folder),
      name,
      version,
      description,
      versions: versions ?? [version],
      requires: requires ?? [],
      ...(upgradesFrom === undefined ? {} : { upgradesFrom }),
      ...(downgradesTo === undefined ? {} : { downgradesTo }),
      options: options.schema,
      prepare: (input) => ({ ...service, view: viewOf(options.schema, input) }),
      readTemplate: templatesIn(folder),
      ...(code === undefined ? {} : { code }),
      ...(cli === undefined ? {} : { cli }),
      ...('text' in readme ? { readme: readme.text } : {}),
    },
  };
};

const viewOf = (schema: OptionSchema, { options, name, version, uid }: PrepareInput): View => ({
  ...withUnset(schema, options),
  name,
  version,
  uid,
});

/** The packages of a catalog, in the order of their names, and what is wrong with those that cannot be read. */
export const listPackages = (
  catalog: string,
): { readonly packages: readonly PackageFolder[]; readonly problems: readonly Problem[] } => {
  const entries = existsSync(catalog) ? readdirSync(catalog) : [];
  const packages: PackageFolder[] = [];
  const problems: Problem[] = [];
  for (const entry of entries) {
    const folder = join(catalog, entry);
    if (!isPackage(folder)) continue;
    const loaded = loadPackage(folder);
    if ('problems' in loaded) problems.push(...loaded.problems);
    else packages.push(loaded.package);
  }
  return { packages: packages.toSorted((a, b) => (a.name < b.name ? -1 : 1)), problems };
};

const isPackage = (folder: string): boolean => existsSync(join(folder, 'package.yml'));

const readAs = <T>(folder: string, name: string, parse: (text: string, file: string) => T): T | Problems => {
  const path = join(folder, name);
  const read = readText(path);
  return 'text' in read ? parse(read.text, shownPath(path)) : read;
};

const existing = (folder: string, name: string): string | undefined => {
  const path = resolve(folder, name);
  return existsSync(path) ? path : undefined;
};
