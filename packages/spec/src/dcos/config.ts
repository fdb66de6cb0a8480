import { parseJson } from '../options/json.ts';
import type { Json } from '../options/json.ts';
import { optionTypes } from '../options/schema.ts';
import type { OptionSchema, OptionType } from '../options/schema.ts';
import { showPath } from '../path.ts';
import type { Path } from '../path.ts';
import type { Problem, Problems } from '../problem.ts';
import { isRecord } from '../template/lookup.ts';
import { branchesOf, ruleKeywords } from './rule.ts';
import type { Raw } from './rule.ts';

/** config.json: the options, and the schema as it is written for what they demand of each other. */
export type Config = { readonly options: OptionSchema; readonly raw: Raw };

export const readConfig = (text: string, file: string): { readonly config: Config } | Problems => {
  const json = parseJson(text, file);
  if ('problems' in json) return json;
  if (!isRecord(json.value)) return { problems: [problemAt(json, [], 'the options of a package are a map')] };
  const problems = unknownKeywords(json.value, [], json);
  if (problems.length > 0) return { problems };
  return { config: { options: optionSchema(json.value), raw: json.value } };
};

const problemAt = (json: Json, path: Path, message: string): Problem => {
  const where = json.placeOf(path, 'key');
  return {
    code: 'option-schema',
    message: path.length === 0 ? message : `${showPath(path)}: ${message}`,
    next: 'say it with types, limits, `enum`, `required`, `dependencies`, `allOf`, `anyOf`, `oneOf` and `not`',
    path: showPath(path),
    ...(where ? { where } : {}),
  };
};

/** A rule that would not be followed must not look as if it were. */
const unknownKeywords = (schema: unknown, path: Path, json: Json): readonly Problem[] => {
  if (Array.isArray(schema)) return schema.flatMap((each, index) => unknownKeywords(each, [...path, index], json));
  if (!isRecord(schema)) return [];
  return Object.entries(schema).flatMap(([keyword, inner]): readonly Problem[] => {
    const place = [...path, keyword];
    if (!ruleKeywords.has(keyword)) return [problemAt(json, place, `Warder does not read the keyword \`${keyword}\``)];
    if (keyword === 'properties' || keyword === 'dependencies') {
      const named = Object.entries(isRecord(inner) ? inner : {});
      // The list of a dependency holds names, no schemas.
      return named.flatMap(([name, each]) =>
        Array.isArray(each) ? [] : unknownKeywords(each, [...place, name], json),
      );
    }
    return schemaKeywords.has(keyword) ? unknownKeywords(inner, place, json) : [];
  });
};

const schemaKeywords = new Set(['allOf', 'anyOf', 'oneOf', 'not', 'items', 'additionalProperties']);

/** What options.json can say too; the rest is looked at when all options are known. */
const optionSchema = (raw: Raw): OptionSchema => {
  const { title, description, minimum, maximum, pattern, required, items, additionalProperties } = raw;
  const types = [raw['type']]
    .flat()
    .flatMap((type): readonly OptionType[] => optionTypes.filter((each) => each === type));
  const properties = propertiesOf(raw);
  return {
    ...(types.length === 0 ? {} : { type: types.flatMap(withLargeNumbers) }),
    ...(typeof title === 'string' ? { title } : {}),
    ...(typeof description === 'string' ? { description } : {}),
    ...(raw['default'] === undefined ? {} : { default: raw['default'] }),
    ...(Array.isArray(raw['enum']) ? { enum: raw['enum'] } : {}),
    ...(typeof minimum === 'number' ? { minimum } : {}),
    ...(typeof maximum === 'number' ? { maximum } : {}),
    ...(typeof pattern === 'string'
      ? { pattern }
      : types.some(isNumeric) && !types.includes('string')
        ? wholeText
        : {}),
    ...(Array.isArray(required) ? { required: required.map(String) } : {}),
    ...(properties ? { properties } : {}),
    ...(isRecord(items) ? { items: optionSchema(items) } : {}),
    ...(isRecord(additionalProperties)
      ? { additionalProperties: optionSchema(additionalProperties) }
      : additionalProperties === true
        ? { additionalProperties }
        : {}),
  };
};

const isNumeric = (type: OptionType): boolean => type === 'integer' || type === 'number';

/** JavaScript would round whole numbers beyond 2^53: they are kept as text, and must be whole numbers all the same. */
const withLargeNumbers = (type: OptionType): readonly OptionType[] => (isNumeric(type) ? [type, 'string'] : [type]);
const wholeText = { pattern: '^-?[0-9]+$' };

/** Options that a branch brings are options too, without a default until it holds. */
const propertiesOf = (raw: Raw): OptionSchema['properties'] => {
  const own = Object.entries(isRecord(raw['properties']) ? raw['properties'] : {});
  const others = branchesOf(raw).flatMap((branch) =>
    Object.entries(isRecord(branch['properties']) ? branch['properties'] : {}),
  );
  const known = new Map<string, OptionSchema>();
  for (const [name, schema] of others) {
    if (!isRecord(schema) || schema['type'] === undefined) continue;
    const { default: _, ...rest } = optionSchema(schema);
    known.set(name, rest);
  }
  for (const [name, schema] of own) if (isRecord(schema)) known.set(name, optionSchema(schema));
  return known.size === 0 ? undefined : Object.fromEntries(known);
};
