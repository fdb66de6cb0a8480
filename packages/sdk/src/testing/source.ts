/** What a script is about: a package in its folder, or code with a spec. */
import { pathToFileURL } from 'node:url';
import type { NewConfig, ServiceSpec } from '@warder/core';
import { hostHere, specByCode, type Clock, type PackageCode, type PackageHost } from '@warder/scheduler';
import { formatProblem, loadPackage, mergeOptions, specOf, type PackageFolder, type Problem } from '@warder/spec';

export type Source =
  /** The folder of a package, as a path; `code` in place of its own, where a test brings what the code talks to. */
  | { readonly package: string; readonly code?: PackageCode }
  /** Code, and the spec that its package's `service.yml` would come to. */
  | { readonly code: PackageCode; readonly spec: ServiceSpec };

export type Given = { readonly options?: Readonly<Record<string, unknown>>; readonly version?: string };

export type OpenSource = {
  readonly name: string;
  readonly host: PackageHost;
  /** The configuration that options, on top of those of before, come to. Rejects as `warder package update` would. */
  readonly configOf: (given: Given, before: NewConfig | undefined) => Promise<NewConfig>;
};

export const UID = '0123456789abcdef0123456789abcdef';

export async function openSource(source: Source, clock: Clock): Promise<OpenSource> {
  if ('spec' in source) return fromCode(source.code, source.spec, clock);
  const loaded = loadPackage(source.package);
  if ('problems' in loaded) throw problemsOf(loaded.problems);
  return fromPackage(loaded.package, source.code, clock);
}

function fromCode(code: PackageCode, spec: ServiceSpec, clock: Clock): OpenSource {
  const host = hostHere(code);
  return {
    name: spec.name,
    host,
    configOf: async (given, before) => {
      const options = mergeOptions(before?.options ?? {}, given.options ?? {});
      const version = given.version ?? before?.version ?? '1.0.0';
      const made = await specByCode(host, clock, { spec, options, version, uid: UID });
      return { spec: made, given: options, options, packageVersion: '1.0.0', version };
    },
  };
}

async function fromPackage(pkg: PackageFolder, code: PackageCode | undefined, clock: Clock): Promise<OpenSource> {
  const { name, code: file } = pkg;
  const host = hostHere(code ?? (file === undefined ? {} : await importCode(file)));
  return {
    name,
    host,
    configOf: async (wanted, before) => {
      const given = mergeOptions(before?.given ?? {}, wanted.options ?? {});
      const version = wanted.version ?? before?.version;
      const made = specOf(pkg, { name, uid: UID, options: given, ...(version === undefined ? {} : { version }) });
      if ('problems' in made) throw problemsOf(made.problems);
      const { options } = made;
      const spec = await specByCode(host, clock, { spec: made.spec, options, version: made.version, uid: UID });
      return { spec, given, options, packageVersion: pkg.version, version: made.version };
    },
  };
}

async function importCode(file: string): Promise<PackageCode> {
  const module = (await import(pathToFileURL(file).href)) as { readonly default?: PackageCode };
  if (module.default === undefined) throw new Error(`${file} has no default export`);
  return module.default;
}

const problemsOf = (problems: readonly Problem[]): Error => new Error(problems.map(formatProblem).join('\n'));
