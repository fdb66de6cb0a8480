/** A package of the catalog of this checkout, read before there is a server to ask. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { loadPackage, type PackageFolder } from '@warder/spec';
import { catalogFolder } from '../catalog.ts';
import { CliError, exitCodes } from '../exit.ts';
import { nearest } from '../suggest.ts';
import { problemsError } from './problem.ts';

/** @throws CliError `package-unknown`, `package-broken` */
export function readPackage(name: string, catalog = catalogFolder): PackageFolder {
  const folder = join(catalog, name);
  if (!/^[a-z0-9][a-z0-9-]*$/.test(name) || !isPackage(folder)) throw unknown(name, catalog);
  const loaded = loadPackage(folder);
  if ('package' in loaded) return loaded.package;
  throw problemsError('package-broken', `the package ${name} is broken`, loaded.problems, {
    next: `correct it; then warder package check ${folder}`,
  });
}

/** The package of a folder. @throws CliError `package-broken` */
export function readFolder(folder: string): PackageFolder {
  const loaded = loadPackage(folder);
  if ('package' in loaded) return loaded.package;
  throw problemsError('package-broken', `there is no right package in ${folder}`, loaded.problems, {
    next: `correct it; then warder package check ${folder}`,
  });
}

function isPackage(folder: string): boolean {
  return existsSync(join(folder, 'package.yml'));
}

function unknown(name: string, catalog: string): CliError {
  const names = readdirSync(catalog).filter((entry) => isPackage(join(catalog, entry)));
  const near = nearest(name, names);
  return new CliError('package-unknown', `there is no package ${name}`, {
    exit: exitCodes.missing,
    next: near === undefined ? `one of: ${names.join(', ')}` : `warder package install ${near}`,
  });
}
