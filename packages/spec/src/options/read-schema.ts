import { suggest } from '../nearest.ts';
import { showPath } from '../path.ts';
import type { Path } from '../path.ts';
import type { Problem, Problems } from '../problem.ts';
import { isRecord } from '../template/lookup.ts';
import { parseJson } from './json.ts';
import type { Json } from './json.ts';
import { resolveOptions } from './resolve.ts';
import { expected, isType, optionTypes, show } from './schema.ts';
import type { OptionSchema, OptionType } from './schema.ts';

/** Names that a template knows without an option. */
const reserved = ['name', 'version', 'uid'];

/**
 * Reads a package's options.json. Refuses JSON Schema that Warder would not follow, and defaults that break their own
 * schema.
 */
export const readOptionSchema = (text: string, file: string): { readonly schema: OptionSchema } | Problems => {
  const json = parseJson(text, file);
  if ('problems' in json) return json;
  const schemaReader: SchemaReader = { json, problems: [] };
  checkSchema(json.value, [], schemaReader);
  if (schemaReader.problems.length > 0) return { problems: schemaReader.problems };
  // Every keyword was checked.
  const schema = json.value as OptionSchema;
  checkRoot(schema, schemaReader);
  if (schemaReader.problems.length === 0) checkDefaults(schema, schemaReader);
  return schemaReader.problems.length > 0 ? { problems: schemaReader.problems } : { schema };
};

type SchemaReader = { readonly json: Json; readonly problems: Problem[] };

const report = (reader: SchemaReader, path: Path, part: 'key' | 'value', message: string, next: string): void => {
  const where = reader.json.placeOf(path, part);
  const shown = showPath(path);
  reader.problems.push({
    code: 'option-schema',
    message: shown === '' ? message : `${shown}: ${message}`,
    next,
    path: shown,
    ...(where ? { where } : {}),
  });
};

type Keyword = (value: unknown, path: Path, reader: SchemaReader) => void;

const is =
  (type: OptionType): Keyword =>
  (value, path, reader) => {
    if (isType(value, type)) return;
    report(reader, path, 'value', `expected ${expected([type])}, got ${show(value)}`, `write ${expected([type])}`);
  };

const checkSchema: Keyword = (value, path, reader) => {
  if (!isRecord(value)) {
    report(reader, path, 'value', `expected a schema, got ${show(value)}`, 'write {"type": ...}');
    return;
  }
  for (const [name, inner] of Object.entries(value)) {
    const keyword = keywords.get(name);
    if (keyword) keyword(inner, [...path, name], reader);
    else {
      const message = `Warder does not read the keyword \`${name}\``;
      report(reader, [...path, name], 'key', message, suggest(name, keywords.keys()));
    }
  }
};

const checkType: Keyword = (value, path, reader) => {
  for (const type of Array.isArray(value) ? value : [value]) {
    if (optionTypes.some((each) => each === type)) continue;
    report(reader, path, 'value', `there is no type ${show(type)}`, suggest(String(type), optionTypes));
  }
};

const checkProperties: Keyword = (value, path, reader) => {
  is('object')(value, path, reader);
  if (!isRecord(value)) return;
  for (const [name, schema] of Object.entries(value)) checkSchema(schema, [...path, name], reader);
};

const checkRequired: Keyword = (value, path, reader) => {
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return;
  report(reader, path, 'value', 'expected a list of names', 'write ["name", ...]');
};

const checkPattern: Keyword = (value, path, reader) => {
  is('string')(value, path, reader);
  try {
    new RegExp(String(value));
  } catch {
    report(reader, path, 'value', `\`${String(value)}\` is not a regular expression`, 'correct it');
  }
};

const anything: Keyword = () => undefined;

const keywords: ReadonlyMap<string, Keyword> = new Map<string, Keyword>([
  ['type', checkType],
  ['title', is('string')],
  ['description', is('string')],
  ['default', anything],
  ['enum', is('array')],
  ['minimum', is('number')],
  ['maximum', is('number')],
  ['pattern', checkPattern],
  ['required', checkRequired],
  ['properties', checkProperties],
  ['items', checkSchema],
  ['additionalProperties', (value, path, reader) => typeof value === 'boolean' || checkSchema(value, path, reader)],
  ['$schema', is('string')],
  ['$comment', is('string')],
]);

const checkRoot = (schema: OptionSchema, reader: SchemaReader): void => {
  if (schema.type !== undefined && schema.type !== 'object') {
    report(reader, ['type'], 'value', 'the options of a package are a map', 'write "type": "object"');
  }
  for (const name of reserved) {
    if (!Object.hasOwn(schema.properties ?? {}, name)) continue;
    const message = `templates know \`{{${name}}}\` as that of the service`;
    report(reader, ['properties', name], 'key', message, 'give the option another name, or put it into a group');
  }
  checkRequiredNames(schema, [], reader);
};

const checkRequiredNames = (schema: OptionSchema, path: Path, reader: SchemaReader): void => {
  const properties = schema.properties ?? {};
  for (const [index, name] of (schema.required ?? []).entries()) {
    if (Object.hasOwn(properties, name)) continue;
    const message = `there is no property \`${name}\``;
    report(reader, [...path, 'required', index], 'value', message, suggest(name, Object.keys(properties)));
  }
  for (const [name, inner] of Object.entries(properties)) {
    checkRequiredNames(inner, [...path, 'properties', name], reader);
  }
};

/** Each default by itself: what is required but has none is for the user to give. */
const checkDefaults = (schema: OptionSchema, reader: SchemaReader, path: Path = []): void => {
  if (schema.default !== undefined) {
    const result = resolveOptions({ properties: { default: schema } }, { default: schema.default });
    for (const problem of 'problems' in result ? result.problems : []) {
      if (problem.code === 'missing') continue;
      report(reader, [...path, 'default'], 'value', problem.message, 'correct the default, or the schema');
    }
  }
  for (const [name, inner] of Object.entries(schema.properties ?? {})) {
    checkDefaults(inner, reader, [...path, 'properties', name]);
  }
};
