import { isRecord } from '../template/lookup.ts';

/** The part of JSON Schema that options.json may use. */
export type OptionSchema = {
  /** `["integer", "string"]` takes whole numbers beyond 2^53 too, as text. */
  readonly type?: OptionType | readonly OptionType[];
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  /** For texts; matches anywhere unless it says `^` and `$`. */
  readonly pattern?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, OptionSchema>>;
  /** A schema: any other key is allowed, with such a value. Absent or false: other keys are refused. */
  readonly additionalProperties?: boolean | OptionSchema;
  /** Of an array. */
  readonly items?: OptionSchema;
};

export const optionTypes = ['object', 'string', 'integer', 'number', 'boolean', 'array'] as const;

export type OptionType = (typeof optionTypes)[number];

/** A map of options by name: what was given, or what it resolves to. */
export type Options = Readonly<Record<string, unknown>>;

/** The types that a value may have; empty: any. */
export const typesOf = (schema: OptionSchema): readonly OptionType[] => {
  if (schema.type === undefined) return schema.properties ? ['object'] : [];
  return typeof schema.type === 'string' ? [schema.type] : schema.type;
};

export const isType = (value: unknown, type: OptionType): boolean => {
  if (type === 'object') return isRecord(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'integer') return Number.isSafeInteger(value);
  if (type === 'number') return typeof value === 'number' && Number.isFinite(value);
  return typeof value === type;
};

const typeWords: Readonly<Record<OptionType, string>> = {
  object: 'a map',
  string: 'a text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
};

export const expected = (types: readonly OptionType[]): string => types.map((type) => typeWords[type]).join(' or ');

/** What was given, in the words of a problem. */
export const show = (value: unknown): string => {
  if (value === null) return 'nothing';
  if (isRecord(value)) return 'a map';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return `the text \`${value.length > 40 ? `${value.slice(0, 40)}...` : value}\``;
  return `\`${JSON.stringify(value)}\``;
};

/** The schema of another key than those in `properties`; undefined: there may be none. */
export const additional = ({ additionalProperties }: OptionSchema): OptionSchema | undefined =>
  additionalProperties === true ? {} : additionalProperties === false ? undefined : additionalProperties;
