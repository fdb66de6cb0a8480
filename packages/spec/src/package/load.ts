/** The only file here that reads files: a package from its folder, and the packages of a catalog. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { readOptionSchema } from '../options/read-schema.ts';
import type { OptionSchema } from '../options/schema.ts';
import type { ReadTemplate } from '../map/pod.ts';
import type { Problem, Problems } from '../problem.ts';
import { readMetadata } from './metadata.ts';
import type { PackageFolder } from './package-folder.ts';

/** Bigger than any text that a person writes. */
const textBytesMax = 4 * 1024 * 1024;

/**
 * Reads a package: package.yml, service.yml, options.json (optional), templates/, and where its code is. Names of files
 * in problems are relative to the working directory.
 */
export const loadPackage = (folder: string): { readonly package: PackageFolder } | Problems => {
  const metadata = readAs(folder, 'package.yml', readMetadata);
  const options = existsSync(join(folder, 'options.json'))
    ? readAs(folder, 'options.json', readOptionSchema)
    : { schema: {} satisfies OptionSchema };
  const service = readAs(folder, 'service.yml', (text, file) => ({ text, file }));
  const problems: Problem[] = [];
  for (const part of [metadata, options, service]) if ('problems' in part) problems.push(...part.problems);
  if ('problems' in metadata || 'problems' in options || 'problems' in service) return { problems };
  const { name, version, description, versions, requires } = metadata.metadata;
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
      options: options.schema,
      service,
      readTemplate: templatesIn(folder),
      ...(code === undefined ? {} : { code }),
      ...(cli === undefined ? {} : { cli }),
      ...('text' in readme ? { readme: readme.text } : {}),
    },
  };
};

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

export const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

/** Templates below a folder, in it or in one of these; never outside of it. */
const templatesIn =
  (folder: string): ReadTemplate =>
  (path) => {
    for (const place of ['.', 'templates', 'dist']) {
      const file = resolve(folder, place, path);
      if (relative(resolve(folder), file).startsWith('..')) continue;
      const read = readText(file);
      if ('text' in read) return read.text;
    }
    return undefined;
  };

export const templatesBeside = (file: string): ReadTemplate => templatesIn(dirname(file));

/** A text file, or why it cannot be read. */
export const readText = (path: string): { readonly text: string } | Problems => {
  const file = shown(path);
  try {
    const { size } = statSync(path);
    if (size > textBytesMax) return unreadable(file, `it has ${size} bytes`, `keep it below ${textBytesMax} bytes`);
    return { text: readFileSync(path, 'utf8') };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'an unknown error';
    if (code === 'ENOENT') return unreadable(file, 'there is no such file', 'write it, or correct the path');
    return unreadable(file, `the system says ${code}`, 'check that it is a file, and that you may read it');
  }
};

const unreadable = (file: string, why: string, next: string): Problems => ({
  problems: [{ code: 'package-missing', message: `cannot read it: ${why}`, next, where: { file, line: 1, column: 1 } }],
});

const readAs = <T>(folder: string, name: string, parse: (text: string, file: string) => T): T | Problems => {
  const path = join(folder, name);
  const read = readText(path);
  return 'text' in read ? parse(read.text, shown(path)) : read;
};

/** As short as it can be from where the user is. */
const shown = (path: string): string => {
  const short = relative(process.cwd(), resolve(path));
  return short.startsWith('..') || short === '' ? resolve(path) : short;
};

const existing = (folder: string, name: string): string | undefined => {
  const path = resolve(folder, name);
  return existsSync(path) ? path : undefined;
};
