import type { ServiceSpec } from '@warder/core';
import { serviceNameProblem } from '../check/name.ts';
import { suggest } from '../nearest.ts';
import { resolveOptions } from '../options/resolve.ts';
import type { Options } from '../options/schema.ts';
import { parseSpec } from '../parse-spec.ts';
import type { Problem, Problems } from '../problem.ts';
import { sourceOf } from '../source.ts';
import type { PackageFolder, Prepared } from './package-folder.ts';

export type SpecOfInput = {
  /** Of the service, as in `prod/orders-kafka`. */
  readonly name: string;
  /** As given, or resolved already. */
  readonly options: Options;
  /** Of the application; the package's default if absent. */
  readonly version?: string;
  readonly uid: string;
  /** Only whether it is right is asked: values that an installation would have to give may be made up. */
  readonly isCheck?: boolean;
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
 * The spec that a package comes to. A service.yml sees the options as `{{brokers.count}}`, and `{{name}}`,
 * `{{version}}` and `{{uid}}` of the service; an option without a value is empty there.
 */
export const specOf = (
  pkg: PackageFolder,
  { name, options, version, uid, isCheck = false }: SpecOfInput,
): PackageSpec | Problems => {
  const chosen = version ?? pkg.versions[0] ?? pkg.version;
  const problems = [...nameProblems(name), ...versionProblems(pkg, chosen)];
  const resolved = resolveOptions(pkg.options, options);
  if ('problems' in resolved) problems.push(...resolved.problems);
  if ('problems' in resolved || problems.length > 0) return { problems };
  const prepared = pkg.prepare({ name, options: resolved.options, version: chosen, uid, isCheck });
  if ('problems' in prepared) return prepared;
  const { text, file, view, notices = [], explain = (problems) => problems, finish = (spec) => spec } = prepared;
  const parsed = parseSpec({ text, file, view, readTemplate: pkg.readTemplate });
  if ('problems' in parsed) return { problems: explain(parsed.problems) };
  if (parsed.spec.name !== name) return { problems: [otherName(prepared, parsed.spec.name)] };
  return {
    spec: finish(parsed.spec),
    options: resolved.options,
    version: chosen,
    notices: [...notices, ...parsed.notices],
  };
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
const otherName = ({ text, file }: Prepared, name: string): Problem => ({
  code: 'bad-name',
  message: `name: the spec calls the service \`${name}\` whatever it is installed as`,
  next: `write the name that it is given (\`{{name}}\`, \`{{FRAMEWORK_NAME}}\`), or install it with --name ${name}`,
  path: 'name',
  where: sourceOf(text, file).placeOf(Math.max(0, text.search(/^name:/m))),
});
