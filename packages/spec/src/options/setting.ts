import { suggest } from '../nearest.ts';
import type { Problem, Problems } from '../problem.ts';
import { parseJson } from './json.ts';
import { mergeOptions } from './resolve.ts';
import { additional, expected, typesOf } from './schema.ts';
import type { OptionSchema, OptionType, Options } from './schema.ts';

type Parsed = { readonly value: unknown } | { readonly problem: Problem };

/**
 * Reads the arguments of `--set`: a dotted name, `=`, and a value whose type the schema tells. A later one wins. The
 * result is what was given; `resolveOptions` checks the rest.
 * @example
 * parseSettings(['brokers.heap=512'], schema) // { options: { brokers: { heap: 512 } } }
 */
export const parseSettings = (
  settings: readonly string[],
  schema: OptionSchema,
): { readonly options: Options } | Problems => {
  const problems: Problem[] = [];
  let options: Options = {};
  for (const setting of settings) {
    const parsed = parseSetting(setting, schema);
    if ('problem' in parsed) problems.push(parsed.problem);
    else options = mergeOptions(options, parsed.options);
  }
  return problems.length > 0 ? { problems } : { options };
};

const parseSetting = (
  setting: string,
  schema: OptionSchema,
): { readonly options: Options } | { readonly problem: Problem } => {
  const at = setting.indexOf('=');
  if (at < 1) {
    const message = `\`${setting}\` is not name=value`;
    return { problem: { code: 'option-setting', message, next: 'write --set name=value, as in --set a.b=3' } };
  }
  const name = setting.slice(0, at);
  const found = find(name.split('.'), schema, []);
  if ('problem' in found) return found;
  const parsed = parseValue(setting.slice(at + 1), found.schema, name);
  if ('problem' in parsed) return parsed;
  const options = found.path.reduceRight<unknown>((value, key) => Object.fromEntries([[key, value]]), parsed.value);
  // The path has at least one key.
  return { options: options as Options };
};

type Found = { readonly path: readonly string[]; readonly schema: OptionSchema };

const find = (
  parts: readonly string[],
  schema: OptionSchema,
  path: readonly string[],
): Found | { readonly problem: Problem } => {
  const [first] = parts;
  if (first === undefined) return { path, schema };
  const properties = schema.properties ?? {};
  // A name may hold dots itself.
  for (let length = 1; length <= parts.length; length += 1) {
    const name = parts.slice(0, length).join('.');
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (property) return find(parts.slice(length), property, [...path, name]);
  }
  const other = additional(schema);
  if (other) {
    const nested = typesOf(other).includes('object');
    return nested ? find(parts.slice(1), other, [...path, first]) : { path: [...path, parts.join('.')], schema: other };
  }
  const shown = [...path, ...parts].join('.');
  const prefix = path.map((part) => `${part}.`).join('');
  const next = suggest(
    `${prefix}${first}`,
    Object.keys(properties).map((name) => `${prefix}${name}`),
  );
  return { problem: { code: 'unknown-key', message: `there is no option \`${shown}\``, next, path: shown } };
};

const parseValue = (text: string, schema: OptionSchema, name: string): Parsed => {
  const types = typesOf(schema);
  for (const type of readers.keys()) {
    if (types.length > 0 && !types.includes(type)) continue;
    const value = readers.get(type)?.(text);
    if (value !== undefined) return { value };
  }
  const message = `${name}: expected ${expected(types)}, got \`${text}\``;
  return { problem: { code: 'wrong-type', message, next: `write --set ${name}=<${expected(types)}>`, path: name } };
};

const readNumber = (text: string): number | undefined => {
  if (!/^-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text)) return undefined;
  const exact = !/^-?\d+$/.test(text) || Number.isSafeInteger(Number(text));
  return exact ? Number(text) : undefined;
};

const readJson = (text: string, opening: string): unknown => {
  if (!text.trimStart().startsWith(opening)) return undefined;
  const json = parseJson(text, '--set');
  return 'problems' in json ? undefined : json.value;
};

/** From the narrowest type to the one that takes everything. */
const readers: ReadonlyMap<OptionType, (text: string) => unknown> = new Map<OptionType, (text: string) => unknown>([
  ['boolean', (text) => (text === 'true' ? true : text === 'false' ? false : undefined)],
  ['integer', (text) => (/^-?\d+$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined)],
  ['number', readNumber],
  ['object', (text) => readJson(text, '{')],
  ['array', (text) => readJson(text, '[')],
  ['string', (text) => text],
]);
