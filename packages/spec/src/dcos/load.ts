import { existsSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parseJson } from '../options/json.ts';
import type { PackageFolder } from '../package/package-folder.ts';
import { readText, shownPath, templatesIn } from '../package/file.ts';
import type { Problem, Problems } from '../problem.ts';
import { isRecord } from '../template/lookup.ts';
import { readConfig } from './config.ts';
import type { Config } from './config.ts';
import { dcosOptions } from './option.ts';
import { nameOption, prepareDcos } from './prepare.ts';
import type { DcosPackage } from './prepare.ts';
import type { SpecFiles } from './spec-file.ts';

/** A package keeps its files together, or as the repositories of DC/OS packages do. */
const universes = ['.', 'universe'];
const dists = ['.', 'dist', 'src/main/dist'];

/** A folder that was written for DC/OS, not for Warder. */
export const isDcosFolder = (folder: string): boolean =>
  !existsSync(join(folder, 'package.yml')) &&
  ['config.json', 'marathon.json.mustache', 'svc.yml'].some((name) =>
    [...universes, ...dists].some((place) => existsSync(join(folder, place, name))),
  );

export const loadDcosPackage = (folder: string): { readonly package: PackageFolder } | Problems => {
  const config = readIn(folder, 'config.json', (text, file) => readConfig(text, file)) ?? { config: noConfig };
  const metadata = readIn(folder, 'package.json', readRecord) ?? { record: {} };
  const resource = readIn(folder, 'resource.json', readRecord) ?? { record: {} };
  const marathon = readIn(folder, 'marathon.json.mustache', (text, file) => ({ text, file }));
  const problems: Problem[] = [];
  for (const part of [config, metadata, resource, marathon]) {
    if (part && 'problems' in part) problems.push(...part.problems);
  }
  if ('problems' in config || 'problems' in metadata || 'problems' in resource) return { problems };
  if (marathon && 'problems' in marathon) return { problems };
  return { package: packageOf(folder, { config: config.config, metadata, resource: resource.record, marathon }) };
};

const noConfig: Config = { options: { type: 'object' }, raw: {} };

type Parts = {
  readonly config: Config;
  readonly metadata: { readonly record: Readonly<Record<string, unknown>> };
  readonly resource: unknown;
  readonly marathon: { readonly text: string; readonly file: string } | undefined;
};

const packageOf = (folder: string, { config, metadata, resource, marathon }: Parts): PackageFolder => {
  const standard = config.options.properties?.['service']?.properties?.['name']?.default;
  const name = literal(metadata.record['name']) ?? literal(standard) ?? basename(resolve(folder));
  const version = literal(metadata.record['version']) ?? 'unbuilt';
  const specs = specFiles(folder);
  const pkg: DcosPackage = { name, version, config, specs, ...(marathon ? { marathon } : {}) };
  const texts = { config: config.options, resource, marathon: marathon?.text ?? '', specs: [...specs.keys()] };
  return {
    folder: resolve(folder),
    name,
    version,
    description: literal(metadata.record['description']) ?? 'A package of DC/OS.',
    versions: [version],
    requires: [],
    options: dcosOptions(texts),
    ...(standard === undefined ? {} : { nameOption }),
    prepare: (input) => prepareDcos(pkg, input),
    readTemplate: (path) =>
      dists.map((place) => templatesIn(join(folder, place))(path)).find((text) => text !== undefined),
  };
};

/** A text that the build of the package had nothing to fill in. */
const literal = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' && !value.includes('{{') ? value : undefined;

/** Undefined: there is no such file. */
const readIn = <T>(
  folder: string,
  name: string,
  parse: (text: string, file: string) => T,
): T | Problems | undefined => {
  const path = universes.map((place) => join(folder, place, name)).find((each) => existsSync(each));
  if (path === undefined) return undefined;
  const read = readText(path);
  return 'text' in read ? parse(read.text, shownPath(path)) : read;
};

const readRecord = (text: string, file: string): { readonly record: Readonly<Record<string, unknown>> } | Problems => {
  const json = parseJson(text, file);
  if ('problems' in json) return json;
  return { record: isRecord(json.value) ? json.value : {} };
};

const specFiles = (folder: string): SpecFiles => {
  const files = dists.flatMap((place) => {
    const path = join(folder, place);
    const names = existsSync(path) ? readdirSync(path) : [];
    return names.filter((name) => /\.ya?ml$/.test(name)).map((name) => join(path, name));
  });
  return new Map(
    files.toReversed().flatMap((path) => {
      const read = readText(path);
      return 'text' in read ? [[basename(path), { text: read.text, file: shownPath(path) }] as const] : [];
    }),
  );
};
