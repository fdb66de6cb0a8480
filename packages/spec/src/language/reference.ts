/** Every key of the language as tables of Markdown, from the same source as the JSON Schema. */
import type { JsonSchema } from '../shape/shape.ts';
import { isRecord } from '../template/lookup.ts';
import { specSchema } from './service.ts';

type Level = {
  readonly paths: string[];
  readonly properties: Readonly<Record<string, unknown>>;
  readonly required: readonly unknown[];
};

/** One table for each kind of map; what may stand in several places has one table with all of them. */
export const formatReference = (): string => {
  const levels = new Map<string, Level>();
  collect(specSchema, '', levels);
  return [...levels.values()].map(levelText).join('\n');
};

const collect = (schema: unknown, path: string, levels: Map<string, Level>): void => {
  if (!isRecord(schema)) return;
  const { properties, additionalProperties, items, anyOf, required } = schema;
  if (isRecord(properties)) {
    const key = JSON.stringify(properties);
    const known = levels.get(key);
    if (known) {
      if (!known.paths.includes(path)) known.paths.push(path);
      return;
    }
    levels.set(key, { paths: [path], properties, required: Array.isArray(required) ? required : [] });
    for (const [name, inner] of Object.entries(properties))
      collect(inner, path === '' ? name : `${path}.${name}`, levels);
  }
  collect(additionalProperties, `${path}.<name>`, levels);
  collect(items, `${path}[]`, levels);
  if (Array.isArray(anyOf)) for (const each of anyOf) collect(each, path, levels);
};

const levelText = ({ paths, properties, required }: Level): string => {
  const rows = Object.entries(properties).map(([key, schema]): readonly string[] => [
    `\`${key}\`${required.includes(key) ? ' (needed)' : ''}`,
    isRecord(schema) ? typeText(schema) : '',
    isRecord(schema) && typeof schema['description'] === 'string' ? schema['description'] : '',
  ]);
  const places = paths.map((path) => (path === '' ? 'the file' : `\`${path}\``));
  const [first = '', ...others] = places;
  const also = others.length === 0 ? '' : `Also ${others.join(', ')}.\n\n`;
  return `### ${first === 'the file' ? 'The file' : first}\n\n${also}${table(['key', 'value', 'means'], rows)}\n`;
};

const typeText = (schema: JsonSchema): string => {
  const { type, enum: values, anyOf, additionalProperties } = schema;
  if (Array.isArray(values))
    return values
      .filter((value) => value !== null)
      .map((value) => `\`${String(value)}\``)
      .join(', ');
  if (Array.isArray(anyOf)) {
    const texts = anyOf
      .filter(isRecord)
      .map(typeText)
      .filter((text) => text !== '');
    return [...new Set(texts)].join(' or ');
  }
  if (type === undefined) return 'anything';
  const types = [type].flat().filter((each) => each !== 'null');
  if (types.includes('string')) return 'text';
  const only = types.find((each) => typeof each === 'string') ?? '';
  if (only === 'object') return isRecord(additionalProperties) ? 'map of names' : 'map';
  return words[only] ?? '';
};

const words: Readonly<Record<string, string>> = {
  array: 'list',
  boolean: 'true or false',
  integer: 'whole number',
  number: 'number',
};

/** Columns are as wide as their widest cell, as the formatter of the checkout has them. */
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const widths = head.map((title, at) => Math.max(title.length, ...rows.map((row) => (row[at] ?? '').length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
};
