/** What the CLI must know of a package before a server runs: what it requires of the machine. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { catalogFolder } from '../catalog.ts';
import { CliError, exitCodes } from '../exit.ts';
import { nearest } from '../suggest.ts';

export type Manifest = { readonly requires: readonly string[] };

/** @throws CliError `package-unknown` */
export function readManifest(name: string, catalog = catalogFolder): Manifest {
  const file = join(catalog, name, 'package.yml');
  if (!/^[a-z0-9][a-z0-9-]*$/.test(name) || !existsSync(file)) throw unknown(name, catalog);
  const manifest: unknown = parse(readFileSync(file, 'utf8'));
  const requires =
    typeof manifest === 'object' && manifest !== null && 'requires' in manifest ? manifest.requires : undefined;
  return { requires: Array.isArray(requires) ? requires.map(String) : [] };
}

export function catalogNames(catalog = catalogFolder): readonly string[] {
  return readdirSync(catalog).filter((name) => existsSync(join(catalog, name, 'package.yml')));
}

function unknown(name: string, catalog: string): CliError {
  const names = catalogNames(catalog);
  const near = nearest(name, names);
  return new CliError('package-unknown', `there is no package ${name}`, {
    exit: exitCodes.missing,
    next: near === undefined ? `one of: ${names.join(', ')}` : `warder package install ${near}`,
  });
}
