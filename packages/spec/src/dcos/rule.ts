/**
 * What a config.json demands beyond the types and limits of single options: which of them belong together. JSON Schema
 * of drafts 4 to 2020-12, as far as packages use it.
 */
import { isType, optionTypes } from '../options/schema.ts';
import { isRecord } from '../template/lookup.ts';

/** A schema as it is written. */
export type Raw = Readonly<Record<string, unknown>>;

/** The first keyword that a value does not follow, by its path in the value; undefined: it follows all of them. */
export type Breach = { readonly path: readonly string[]; readonly keyword: string; readonly schema: Raw };

export const breachOf = (schema: unknown, value: unknown, path: readonly string[] = []): Breach | undefined => {
  if (!isRecord(schema)) return undefined;
  for (const [keyword, test] of Object.entries(tests)) {
    const wanted = schema[keyword];
    if (wanted !== undefined && !test(wanted, value, schema)) return { path, keyword, schema };
  }
  return innerBreach(schema, value, path);
};

const innerBreach = (schema: Raw, value: unknown, path: readonly string[]): Breach | undefined => {
  for (const each of list(schema['allOf'])) {
    const breach = breachOf(each, value, path);
    if (breach) return breach;
  }
  if (isRecord(value)) {
    const properties = record(schema['properties']);
    const { additionalProperties } = schema;
    for (const [name, inner] of Object.entries(value)) {
      const isKnown = Object.hasOwn(properties, name);
      if (!isKnown && additionalProperties === false)
        return { path: [...path, name], keyword: 'additionalProperties', schema };
      const breach = breachOf(isKnown ? properties[name] : additionalProperties, inner, [...path, name]);
      if (breach) return breach;
    }
    for (const [name, wanted] of Object.entries(record(schema['dependencies']))) {
      if (!Object.hasOwn(value, name)) continue;
      const missing = list(wanted).some((other) => !Object.hasOwn(value, String(other)));
      const breach = missing ? { path, keyword: 'dependencies', schema } : breachOf(wanted, value, path);
      if (breach) return breach;
    }
  }
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      const { items } = schema;
      const breach = breachOf(Array.isArray(items) ? items[index] : items, item, [...path, String(index)]);
      if (breach) return breach;
    }
  }
  return undefined;
};

const follows = (schema: unknown, value: unknown): boolean => breachOf(schema, value) === undefined;
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const record = (value: unknown): Raw => (isRecord(value) ? value : {});
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Limits of draft 4 are made exclusive by a flag beside them, those of later drafts by another keyword. */
const number =
  (test: (value: number, limit: number, schema: Raw) => boolean) =>
  (limit: unknown, value: unknown, schema: Raw): boolean =>
    typeof value !== 'number' || typeof limit !== 'number' || test(value, limit, schema);

const sized =
  (test: (size: number, limit: number) => boolean, sizeOf: (value: unknown) => number | undefined) =>
  (limit: unknown, value: unknown): boolean => {
    const size = sizeOf(value);
    return size === undefined || typeof limit !== 'number' || test(size, limit);
  };

const lengthOf = (value: unknown): number | undefined =>
  typeof value === 'string' ? Array.from(value).length : undefined;
const countOf = (value: unknown): number | undefined => (Array.isArray(value) ? value.length : undefined);
const isMost = (size: number, limit: number): boolean => size <= limit;
const isLeast = (size: number, limit: number): boolean => size >= limit;

type Test = (wanted: unknown, value: unknown, schema: Raw) => boolean;

const tests: Readonly<Record<string, Test>> = {
  type: (wanted, value) =>
    [wanted].flat().some((type) => {
      if (type === 'null') return value === null;
      const known = optionTypes.find((each) => each === type);
      // A whole number beyond 2^53 is kept as text.
      const isLarge =
        typeof value === 'string' && /^-?\d{16,}$/.test(value) && /^(?:integer|number)$/.test(String(type));
      return known === undefined || isType(value, known) || isLarge;
    }),
  enum: (wanted, value) => list(wanted).some((each) => same(each, value)),
  const: (wanted, value) => same(wanted, value),
  pattern: (wanted, value) => typeof value !== 'string' || new RegExp(String(wanted)).test(value),
  minimum: number((value, limit, schema) => (schema['exclusiveMinimum'] === true ? value > limit : value >= limit)),
  maximum: number((value, limit, schema) => (schema['exclusiveMaximum'] === true ? value < limit : value <= limit)),
  exclusiveMinimum: number((value, limit) => value > limit),
  exclusiveMaximum: number((value, limit) => value < limit),
  multipleOf: number((value, step) => Number.isInteger(value / step)),
  minLength: sized(isLeast, lengthOf),
  maxLength: sized(isMost, lengthOf),
  minProperties: sized(isLeast, (value) => (isRecord(value) ? Object.keys(value).length : undefined)),
  minItems: sized(isLeast, countOf),
  maxItems: sized(isMost, countOf),
  uniqueItems: (wanted, value) =>
    wanted !== true ||
    !Array.isArray(value) ||
    new Set(value.map((each) => JSON.stringify(each))).size === value.length,
  required: (wanted, value) => !isRecord(value) || list(wanted).every((name) => Object.hasOwn(value, String(name))),
  anyOf: (wanted, value) => list(wanted).some((each) => follows(each, value)),
  oneOf: (wanted, value) => list(wanted).filter((each) => follows(each, value)).length === 1,
  not: (wanted, value) => !follows(wanted, value),
};

/** Every keyword that is read here or only describes; a schema with another one would not be followed. */
export const ruleKeywords: ReadonlySet<string> = new Set(
  [
    Object.keys(tests),
    ['allOf', 'properties', 'dependencies', 'items', 'additionalProperties', 'default'],
    ['title', 'description', 'media', 'format', 'examples', 'readOnly', 'id', '$id', '$schema', '$comment'],
  ].flat(),
);

/** Schemas that hold for the same value under some condition, with their properties. */
export const branchesOf = (schema: Raw): readonly Raw[] =>
  [
    ...['allOf', 'anyOf', 'oneOf'].flatMap((keyword) => list(schema[keyword])),
    ...Object.values(record(schema['dependencies'])),
  ]
    .filter(isRecord)
    .flatMap((branch) => [branch, ...branchesOf(branch)]);

const holding = (schema: Raw, value: Raw): readonly Raw[] => {
  const chosen = ['allOf', 'anyOf', 'oneOf'].flatMap((keyword) =>
    list(schema[keyword]).filter((each) => follows(each, value)),
  );
  const dependent = Object.entries(record(schema['dependencies'])).flatMap(([name, each]) =>
    Object.hasOwn(value, name) ? [each] : [],
  );
  return [...chosen, ...dependent].filter(isRecord).flatMap((branch) => [branch, ...holding(branch, value)]);
};

/**
 * The defaults of the branches that hold: an option that is there only when another one is set. As the form of DC/OS
 * did; its package manager left them empty.
 */
export const withBranchDefaults = (schema: unknown, value: unknown): unknown => {
  if (!isRecord(schema) || !isRecord(value)) return value;
  const filled: Record<string, unknown> = { ...value };
  for (const branch of holding(schema, value)) {
    for (const [name, property] of Object.entries(record(branch['properties']))) {
      const standard = record(property)['default'];
      if (standard !== undefined && !Object.hasOwn(filled, name)) filled[name] = standard;
    }
  }
  for (const [name, property] of Object.entries(record(schema['properties']))) {
    if (Object.hasOwn(filled, name)) filled[name] = withBranchDefaults(property, filled[name]);
  }
  return filled;
};
