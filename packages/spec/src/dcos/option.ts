/** Everything that the templates of a DC/OS package ask a value of, as one schema of options. */
import type { OptionSchema, Options } from '../options/schema.ts';
import { isRecord } from '../template/lookup.ts';
import { namesIn, withName } from './name.ts';

export type DcosTexts = {
  readonly config: OptionSchema;
  /** resource.json. */
  readonly resource: unknown;
  readonly marathon: string;
  /** Names of the files in the folder that could be the spec. */
  readonly specs: readonly string[];
};

/** Beside the options of config.json: what a build of the package would have filled in, assets, and a few of our own. */
export const dcosOptions = ({ config, resource, marathon, specs }: DcosTexts): OptionSchema => {
  const base: OptionSchema = {
    ...config,
    properties: {
      ...config.properties,
      resource: resourceSchema(resource),
      warder: warderSchema(specs),
    },
  };
  const asked = [...namesIn(marathon), ...textsIn(resource).flatMap(namesIn)];
  return asked
    .filter((name) => !builtIn.has(name) && (!name.includes('.') || name.startsWith('resource.')))
    .reduce((schema, name) => withName(schema, name.split('.'), askedAbout(name)), base);
};

const askedAbout = (name: string): string =>
  name.includes('.') ? 'An asset of the package.' : 'A value that the build of the package would have filled in.';

/** What Warder fills in itself. */
const builtIn: ReadonlySet<string> = new Set([
  'package-name',
  'package-version',
  'package-build-time-epoch-ms',
  'package-build-time-str',
]);

const resourceSchema = (resource: unknown): OptionSchema => {
  if (!isRecord(resource)) return { default: resource };
  const properties = Object.entries(resource).map(([name, inner]): [string, OptionSchema] => [
    name,
    resourceSchema(inner),
  ]);
  return { type: 'object', additionalProperties: true, properties: Object.fromEntries(properties) };
};

const warderSchema = (specs: readonly string[]): OptionSchema => ({
  type: 'object',
  description: 'What Warder makes of the package.',
  properties: {
    spec: {
      type: 'string',
      enum: specs,
      description: 'The file with the spec; without it, the one that the command in marathon.json.mustache names.',
    },
    env: {
      type: 'object',
      additionalProperties: { type: 'string' },
      description: 'More of the environment that the spec is rendered with, over that of marathon.json.mustache.',
    },
  },
});

const textsIn = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isRecord(value) ? Object.values(value).flatMap(textsIn) : [];
};

/** As `change` says for every text in it, however deep. */
export const mapTexts = (value: unknown, change: (text: string) => string): unknown => {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((each) => mapTexts(each, change));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, mapTexts(each, change)]));
};

export const textOption = (options: Options, ...path: readonly string[]): string | undefined => {
  const value = path.reduce<unknown>((inner, name) => (isRecord(inner) ? inner[name] : undefined), options);
  return typeof value === 'string' && value !== '' ? value : undefined;
};
