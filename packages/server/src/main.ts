/** @module The program: `main.ts --home <folder> [--agents <n>] [--port <n>] [--catalog <folder>]`. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { complain } from './error.ts';
import { prepareHome } from './home.ts';
import { becomeLean } from './lean.ts';
import { readOptions } from './options.ts';

/** The code of every package. */
function codeIn(catalog: string): readonly string[] {
  const packages = existsSync(catalog) ? readdirSync(catalog) : [];
  return packages.map((name) => join(catalog, name, 'src', 'index.ts')).filter((file) => existsSync(file));
}

try {
  const args = process.argv.slice(2);
  const { home, catalog, version } = readOptions(args, process.env);
  const cache = join(prepareHome(home).compileCache, `${version}-node${process.versions.node}`);
  const modules = [fileURLToPath(import.meta.resolve('@warder/scheduler/thread')), ...codeIn(catalog)];
  becomeLean(fileURLToPath(import.meta.resolve('./program.ts')), { cache, modules, args });
} catch (error) {
  complain(error);
  process.exit(1);
}
