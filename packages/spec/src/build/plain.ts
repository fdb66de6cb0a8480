import { ruleFormat } from '../language/placement.ts';
import type { JsonSchema } from '../shape/shape.ts';
import { isRecord } from '../template/lookup.ts';

type Rename = (key: string) => string;

/** Keys of the language from camel case to the way they are written in YAML; names that people gave stay. */
export const toPlain = (input: unknown, schema: JsonSchema): unknown => walk(input, schema, kebab);

/** The way back. */
export const fromPlain = (value: unknown, schema: JsonSchema): unknown => walk(value, schema, camel);

const kebab: Rename = (key) => key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const camel: Rename = (key) => key.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

const walk = (value: unknown, schema: JsonSchema, rename: Rename): unknown => {
  // A placement rule is a text in YAML.
  if (schema['format'] === ruleFormat && isRecord(value)) return JSON.stringify(value);
  const { properties, additionalProperties, items } = schemaFor(value, schema);
  if (Array.isArray(value)) return value.map((each: unknown) => walk(each, isRecord(items) ? items : {}, rename));
  if (!isRecord(value)) return value;
  const known = isRecord(properties) ? properties : undefined;
  const other = isRecord(additionalProperties) ? additionalProperties : {};
  const entries = Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .map(([key, inner]): [string, unknown] => {
      const renamed = known ? rename(key) : key;
      const found = known?.[Object.hasOwn(known, renamed) ? renamed : key];
      return [renamed, walk(inner, isRecord(found) ? found : other, rename)];
    });
  return Object.fromEntries(entries);
};

/** Of several, the one whose first key is there, else the one for any names, or for lists. */
const schemaFor = (value: unknown, schema: JsonSchema): JsonSchema => {
  const { anyOf } = schema;
  if (!Array.isArray(anyOf)) return schema;
  const choices = anyOf.filter(isRecord);
  if (Array.isArray(value)) return choices.find(({ type }) => type === 'array') ?? {};
  const named = choices.find(
    ({ required }) =>
      Array.isArray(required) &&
      required.length > 0 &&
      isRecord(value) &&
      required.every((key) => Object.hasOwn(value, String(key))),
  );
  return (
    named ??
    choices.find(({ additionalProperties }) => isRecord(additionalProperties)) ??
    choices.find(({ properties }) => isRecord(properties)) ??
    {}
  );
};
