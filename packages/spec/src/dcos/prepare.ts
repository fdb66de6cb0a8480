import type { Options } from '../options/schema.ts';
import { withUnset } from '../options/unset.ts';
import type { PrepareInput, Prepared } from '../package/package-folder.ts';
import type { Problem, Problems } from '../problem.ts';
import { sourceOf } from '../source.ts';
import { isRecord } from '../template/lookup.ts';
import type { View } from '../template/lookup.ts';
import { render } from '../template/render.ts';
import type { Config } from './config.ts';
import { adapted } from './adapt.ts';
import { readMarathon, standIn } from './marathon.ts';
import type { Marathon } from './marathon.ts';
import { mapTexts, textOption } from './option.ts';
import { breachOf, withBranchDefaults } from './rule.ts';
import { sectionsAround } from './section.ts';
import { chooseSpec } from './spec-file.ts';
import type { SpecFiles } from './spec-file.ts';

type Text = { readonly text: string; readonly file: string };

/** A package of DC/OS, as it lies in its folder. */
export type DcosPackage = {
  readonly name: string;
  readonly version: string;
  readonly config: Config;
  /** Absent: the environment is what is given with it alone. */
  readonly marathon?: Text;
  readonly specs: SpecFiles;
};

/** The way of DC/OS: options into marathon.json.mustache, its `env` into the spec. */
export const prepareDcos = (pkg: DcosPackage, input: PrepareInput): Prepared | Problems => {
  const options = withDefaults(pkg, input.options);
  const problems = [...ruleProblems(pkg, options), ...renameProblems(pkg, options, input.name)];
  if (problems.length > 0) return { problems };
  const marathon = marathonOf(pkg, viewOf(pkg, options, input.name));
  if ('problems' in marathon) return marathon;
  const chosen = chooseSpec(pkg.specs, textOption(options, 'warder', 'spec'), marathon.cmd);
  if ('problems' in chosen) return chosen;
  const madeUp = input.isCheck ? marathon.madeUp : new Map<string, string>();
  const env = environment(pkg, { ...marathon.env, ...Object.fromEntries(madeUp) }, options, input.name);
  return {
    ...chosen,
    view: env,
    explain: (problems) => onePerVariable(problems).map((problem) => explain(problem, pkg, marathon)),
    finish: (spec) => adapted(spec, env),
    notices: [...madeUp.keys()]
      .filter((name) => chosen.text.includes(`{${name}}`))
      .flatMap((name) => marathon.missing.get(name) ?? []),
  };
};

/** Only the options of config.json have rules. */
const withDefaults = ({ config }: DcosPackage, options: Options): Options => {
  const filled = withBranchDefaults(config.raw, options);
  return isRecord(filled) ? filled : options;
};

const ruleProblems = ({ config }: DcosPackage, options: Options): readonly Problem[] => {
  const known = config.options.properties ?? {};
  const breach = breachOf(
    config.raw,
    Object.fromEntries(Object.entries(options).filter(([name]) => Object.hasOwn(known, name))),
  );
  if (!breach) return [];
  const path = breach.path.join('.');
  const { description } = breach.schema;
  return [
    {
      code: 'conflict',
      message: `${path === '' ? 'the options' : path}: does not follow \`${breach.keyword}\` in config.json`,
      next: typeof description === 'string' ? `it is: ${description}` : 'see config.json for what goes together',
      path,
    },
  ];
};

/** One package can be installed several times: which service this is was said with its name. */
const renameProblems = ({ config }: DcosPackage, options: Options, name: string): readonly Problem[] => {
  const given = textOption(options, ...nameOption);
  const standard = config.options.properties?.['service']?.properties?.['name']?.default;
  if (given === undefined || given === standard || given === name) return [];
  const message = `service.name: the service is called \`${name}\`, and keeps that name`;
  return [
    { code: 'conflict', message, next: `remove it, or install another one: --name ${given}`, path: 'service.name' },
  ];
};

export const nameOption = ['service', 'name'] as const;

const viewOf = (pkg: DcosPackage, options: Options, name: string): View => {
  const { service } = options;
  const named = { ...options, service: { ...(isRecord(service) ? service : {}), name } };
  const known = {
    ...withUnset(pkg.config.options, named),
    'package-name': pkg.name,
    'package-version': pkg.version,
    'package-build-time-epoch-ms': '0',
    'package-build-time-str': 'unknown',
  };
  const resource = mapTexts(options['resource'], (text) => {
    const rendered = render(sourceOf(text, 'resource.json'), known, { standIn });
    return 'text' in rendered ? rendered.text : text;
  });
  return { ...known, ...(resource === undefined ? {} : { resource }) };
};

const marathonOf = ({ marathon }: DcosPackage, view: View): Marathon | Problems =>
  marathon
    ? readMarathon(marathon.text, marathon.file, view)
    : { cmd: '', env: {}, missing: new Map(), madeUp: new Map() };

type Env = Readonly<Record<string, string>>;

const environment = (pkg: DcosPackage, given: Env, options: Options, name: string): Env => {
  const { warder } = options;
  const more = isRecord(warder) && isRecord(warder['env']) ? warder['env'] : {};
  return {
    PACKAGE_NAME: pkg.name,
    PACKAGE_VERSION: pkg.version,
    ...given,
    FRAMEWORK_NAME: name,
    // Nothing is fetched: what it did is done before the task starts.
    BOOTSTRAP_URI: 'https://bootstrap.invalid/bootstrap.zip',
    ...Object.fromEntries(Object.entries(more).map(([key, value]) => [key, String(value)])),
  };
};

/** The mistake is where its value should come from, not in each of the places that use it. */
const onePerVariable = (problems: readonly Problem[]): readonly Problem[] =>
  problems.filter(
    ({ code, path }, at) =>
      code !== 'template-variable' || problems.findIndex((other) => other.code === code && other.path === path) === at,
  );

/** A variable without a value leads back to the option that it should come from. */
const explain = (problem: Problem, { marathon: template }: DcosPackage, { missing }: Marathon): Problem => {
  const { code, path: name } = problem;
  if (code !== 'template-variable' || name === undefined) return problem;
  const cause = missing.get(name);
  if (cause) {
    const { file, line, column } = cause.where ?? { file: template?.file ?? '', line: 1, column: 1 };
    return {
      ...problem,
      message: `${problem.message}: ${cause.message} (${file}:${line}:${column})`,
      next: cause.next,
    };
  }
  const sections = template ? sectionsAround(`"${name}"`, template.text) : [];
  if (sections.length > 0) {
    const options = sections.map((each) => `\`${each}\``).join(' and ');
    return { ...problem, next: `set ${options}: ${template?.file} gives \`${name}\` only then` };
  }
  if (problem.next.startsWith('did you mean')) return problem;
  return { ...problem, next: `give it one: --set warder.env.${name}=<text>` };
};
