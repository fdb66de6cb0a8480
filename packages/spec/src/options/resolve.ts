import { suggest } from '../nearest.ts';
import { showPath } from '../path.ts';
import type { Path } from '../path.ts';
import { sortProblems } from '../problem.ts';
import type { Place, Problem, ProblemCode, Problems } from '../problem.ts';
import { isRecord } from '../template/lookup.ts';
import { parseJson } from './json.ts';
import { additional, expected, isType, show, typesOf } from './schema.ts';
import type { OptionSchema, OptionType, Options } from './schema.ts';

/** The JSON file that options came from, so that problems have a place in it. */
export type OptionSource = { readonly text: string; readonly file: string };

/**
 * Checks options against their schema and fills in the defaults, at every depth. Null counts as not given. The result
 * resolves to itself.
 * @example
 * const schema = { properties: { brokers: { properties: { count: { type: 'integer', default: 3 } } } } } as const
 * resolveOptions(schema, {}) // { options: { brokers: { count: 3 } } }
 */
export const resolveOptions = (
  schema: OptionSchema,
  given: unknown,
  source?: OptionSource,
): { readonly options: Options } | Problems => {
  const json = source && parseJson(source.text, source.file);
  if (json && 'problems' in json) return json;
  const resolver: Resolver = { problems: [], placeOf: json?.placeOf ?? (() => undefined) };
  const options = resolveObject(schema, given ?? {}, [], resolver);
  if (resolver.problems.length > 0 || !options) return { problems: sortProblems(resolver.problems) };
  return { options };
};

type Resolver = {
  readonly problems: Problem[];
  readonly placeOf: (path: Path, part: 'key' | 'value') => Place | undefined;
};

type Complaint = { readonly code: ProblemCode; readonly message: string; readonly next: string };

const report = (resolver: Resolver, path: Path, part: 'key' | 'value', complaint: Complaint): void => {
  const shown = showPath(path);
  // A missing option has no place of its own: the map that should hold it has.
  const where = resolver.placeOf(path, part) ?? (complaint.code === 'missing' ? placeAbove(resolver, path) : undefined);
  const message = shown === '' ? complaint.message : `${shown}: ${complaint.message}`;
  resolver.problems.push({ ...complaint, message, path: shown, ...(where ? { where } : {}) });
};

const placeAbove = (resolver: Resolver, path: Path): Place | undefined => {
  for (let length = path.length - 1; length >= 0; length -= 1) {
    const place = resolver.placeOf(path.slice(0, length), 'key');
    if (place) return place;
  }
  return undefined;
};

const resolveValue = (schema: OptionSchema, given: unknown, path: Path, resolver: Resolver): unknown => {
  const types = typesOf(schema);
  if (types.length > 0 && !types.some((type) => isType(given, type))) {
    report(resolver, path, 'value', wrongType(types, given));
    return undefined;
  }
  const wrong = scalarComplaint(schema, given);
  if (wrong) {
    report(resolver, path, 'value', wrong);
    return undefined;
  }
  if (isRecord(given) && types.length > 0) return resolveObject(schema, given, path, resolver);
  if (Array.isArray(given) && schema.items) {
    const { items } = schema;
    return given.map((item: unknown, index) => resolveValue(items, item, [...path, index], resolver));
  }
  return given;
};

const wrongType = (types: readonly OptionType[], given: unknown): Complaint => {
  const numeric = types.includes('integer') || types.includes('number');
  if (numeric && typeof given === 'string' && /^-?\d+$/.test(given)) {
    if (!Number.isSafeInteger(Number(given))) {
      const message = `${given} is too large to be kept exactly`;
      return { code: 'out-of-range', message, next: `write a number up to ${Number.MAX_SAFE_INTEGER}` };
    }
  }
  const message = `expected ${expected(types)}, got ${show(given)}`;
  return { code: 'wrong-type', message, next: `give ${expected(types)}` };
};

const scalarComplaint = (schema: OptionSchema, given: unknown): Complaint | undefined => {
  if (schema.enum && !schema.enum.includes(given)) {
    const allowed = schema.enum.map((each) => `\`${String(each)}\``).join(', ');
    const next = typeof given === 'string' ? suggest(given, schema.enum.map(String)) : `use one of ${allowed}`;
    return { code: 'out-of-range', message: `${show(given)} is not one of ${allowed}`, next };
  }
  const number = numberOf(schema, given);
  if (number !== undefined) {
    const { minimum, maximum } = schema;
    const limit =
      minimum !== undefined && number < minimum
        ? `at least ${minimum}`
        : maximum !== undefined && number > maximum
          ? `at most ${maximum}`
          : undefined;
    if (limit !== undefined) {
      return { code: 'out-of-range', message: `must be ${limit}, got ${number}`, next: `give a number of ${limit}` };
    }
  }
  if (schema.pattern !== undefined && typeof given === 'string' && !new RegExp(schema.pattern).test(given)) {
    const next = schema.description ? `it is: ${schema.description}` : `give a text like ${schema.pattern}`;
    return { code: 'bad-format', message: `${show(given)} does not match ${schema.pattern}`, next };
  }
  return undefined;
};

/** A whole number beyond 2^53 arrives as text, and has limits all the same. */
const numberOf = (schema: OptionSchema, given: unknown): number | bigint | undefined => {
  if (typeof given === 'number') return given;
  const wholeText = typeof given === 'string' && /^-?\d+$/.test(given) && typesOf(schema).includes('integer');
  return wholeText ? BigInt(given) : undefined;
};

const resolveObject = (schema: OptionSchema, given: unknown, path: Path, resolver: Resolver): Options | undefined => {
  if (!isRecord(given)) {
    report(resolver, path, 'value', wrongType(['object'], given));
    return undefined;
  }
  const properties = schema.properties ?? {};
  const known = Object.entries(properties).map(([name, property]): [string, unknown] => {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    const inner = [...path, name];
    if (value !== undefined && value !== null) return [name, resolveValue(property, value, inner, resolver)];
    return [name, absent(property, inner, schema.required?.includes(name) ?? false, resolver)];
  });
  const others = Object.keys(given)
    .filter((name) => !Object.hasOwn(properties, name) && given[name] !== null)
    .map((name): [string, unknown] => {
      const other = additional(schema);
      if (other) return [name, resolveValue(other, given[name], [...path, name], resolver)];
      report(resolver, [...path, name], 'key', {
        code: 'unknown-key',
        message: 'there is no such option',
        next: suggest(name, Object.keys(properties)),
      });
      return [name, undefined];
    });
  return Object.fromEntries([...known, ...others].filter(([, value]) => value !== undefined));
};

/** The value of an option that was not given. */
const absent = (schema: OptionSchema, path: Path, required: boolean, resolver: Resolver): unknown => {
  if (schema.default !== undefined) return resolveValue(schema, schema.default, path, resolver);
  if (typesOf(schema).includes('object')) {
    // A group that needs something is left out as a whole, unless the group itself is needed.
    const within: Resolver = { ...resolver, problems: required ? resolver.problems : [] };
    const before = within.problems.length;
    const group = resolveObject(schema, {}, path, within);
    return within.problems.length === before ? group : undefined;
  }
  if (required) {
    const what = schema.description ?? expected(typesOf(schema));
    report(resolver, path, 'key', {
      code: 'missing',
      message: 'is needed, and has no default',
      next: `give it: ${what}`,
    });
  }
  return undefined;
};

/** Options laid over others: maps are merged, everything else is replaced. */
export const mergeOptions = (base: Options, over: Options): Options => {
  const entries = new Map(Object.entries(base));
  for (const [name, value] of Object.entries(over)) {
    const below = entries.get(name);
    entries.set(name, isRecord(below) && isRecord(value) ? mergeOptions(below, value) : value);
  }
  return Object.fromEntries(entries);
};
