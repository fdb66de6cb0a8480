import type { ServiceSpec } from '@warder/core';
import { serviceNameProblem } from '../check/name.ts';
import { suggest } from '../nearest.ts';
import { resolveOptions } from '../options/resolve.ts';
import { typesOf } from '../options/schema.ts';
import type { OptionSchema, Options } from '../options/schema.ts';
import { parseSpec } from '../parse-spec.ts';
import type { Problem, Problems } from '../problem.ts';
import { sourceOf } from '../source.ts';
import { isRecord } from '../template/lookup.ts';
import type { View } from '../template/lookup.ts';
import type { PackageFolder } from './package-folder.ts';

export type SpecOfInput = {
  /** Of the service, as in `prod/orders-kafka`. */
  readonly name: string;
  /** As given, or resolved already. */
  readonly options: Options;
  /** Of the application; the package's default if absent. */
  readonly version?: string;
  readonly uid: string;
};

export type PackageSpec = {
  readonly spec: ServiceSpec;
  /** With all defaults. */
  readonly options: Options;
  readonly version: string;
  /** What a person should know though nothing is wrong. */
  readonly notices: readonly Problem[];
};

/**
 * The spec that a package comes to. Its service.yml sees the options as `{{brokers.count}}`, and `{{name}}`,
 * `{{version}}` and `{{uid}}` of the service; an option without a value is empty there.
 */
export const specOf = (pkg: PackageFolder, { name, options, version, uid }: SpecOfInput): PackageSpec | Problems => {
  const chosen = version ?? pkg.versions[0] ?? pkg.version;
  const problems = [...nameProblems(name), ...versionProblems(pkg, chosen)];
  const resolved = resolveOptions(pkg.options, options);
  if ('problems' in resolved) problems.push(...resolved.problems);
  if ('problems' in resolved || problems.length > 0) return { problems };
  const view: View = { ...withUnset(pkg.options, resolved.options), name, version: chosen, uid };
  const { text, file } = pkg.service;
  const parsed = parseSpec({ text, file, view, readTemplate: pkg.readTemplate });
  if ('problems' in parsed) return parsed;
  if (parsed.spec.name !== name) return { problems: [otherName(pkg, parsed.spec.name)] };
  const unfit = parsed.notices.filter(({ code }) => code === 'unknown-pod');
  if (unfit.length > 0) return { problems: unfit };
  return { spec: parsed.spec, options: resolved.options, version: chosen, notices: parsed.notices };
};

const nameProblems = (name: string): readonly Problem[] => {
  const problem = serviceNameProblem(name);
  return problem ? [{ ...problem, path: 'name' }] : [];
};

const versionProblems = (pkg: PackageFolder, version: string): readonly Problem[] => {
  if (pkg.versions.includes(version)) return [];
  return [
    {
      code: 'unknown-version',
      message: `the package \`${pkg.name}\` does not offer the version \`${version}\``,
      next: suggest(version, pkg.versions),
      path: 'version',
    },
  ];
};

/** One package can be installed several times, each under its own name. */
const otherName = ({ service }: PackageFolder, name: string): Problem => ({
  code: 'bad-name',
  message: `name: the spec calls the service \`${name}\` whatever it is installed as`,
  next: 'write `name: {{name}}`',
  path: 'name',
  where: sourceOf(service.text, service.file).placeOf(Math.max(0, service.text.search(/^name:/m))),
});

/** Options without a value are known to templates, as nothing; unknown ones are mistakes. */
const withUnset = (schema: OptionSchema, options: Options): Options => {
  const entries = Object.entries(schema.properties ?? {}).map(([name, property]): [string, unknown] => {
    const value = Object.hasOwn(options, name) ? options[name] : undefined;
    if (isRecord(value) && typesOf(property).includes('object')) return [name, withUnset(property, value)];
    return [name, value ?? null];
  });
  return { ...options, ...Object.fromEntries(entries) };
};
