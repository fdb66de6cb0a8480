import { isMap, isScalar, isSeq } from 'yaml';
import type { Node } from 'yaml';
import { suggest } from '../nearest.ts';
import type { Path } from '../path.ts';
import type { Reader, Report, Slot } from '../yaml/reader.ts';
import { anything, isEmpty, offsetOf, show, written } from './shape.ts';
import type { JsonSchema, Shape } from './shape.ts';

export type Field<L, S, I, Required extends boolean> = {
  readonly shape: Shape<L, S, I>;
  readonly required: Required;
  readonly about: string;
  /** Known from dcos-commons, and of no effect here: accepted with a notice that says what to do instead. */
  readonly instead?: string;
};

export const required = <L, S, I>(shape: Shape<L, S, I>, about: string): Field<L, S, I, true> => ({
  shape,
  required: true,
  about,
});

/** A key with nothing behind it counts as absent. */
export const optional = <L, S, I>(shape: Shape<L, S, I>, about: string): Field<L, S, I, false> => ({
  shape,
  required: false,
  about,
});

/** A key that old files have and that means nothing here; whatever stands behind it. */
export const meaningless = (instead: string): Field<unknown, unknown, never, false> => ({
  shape: { read: anything.read, schema: anything.schema },
  required: false,
  about: `Accepted for old files, without effect: ${instead}.`,
  instead,
});

type Fields = Readonly<Record<string, Field<unknown, unknown, unknown, boolean>>>;
type LooseField<F> = F extends Field<infer L, unknown, unknown, boolean> ? L : never;
type StrictField<F> = F extends Field<unknown, infer S, unknown, boolean> ? S : never;
type InputField<F> = F extends Field<unknown, unknown, infer I, boolean> ? I : never;
type RequiredKeys<F extends Fields> = { [K in keyof F]: F[K]['required'] extends true ? K : never }[keyof F];

export type LooseObject<F extends Fields> = { readonly [K in keyof F]?: LooseField<F[K]> };
export type StrictObject<F extends Fields> = { readonly [K in RequiredKeys<F>]: StrictField<F[K]> } & {
  readonly [K in Exclude<keyof F, RequiredKeys<F>>]?: StrictField<F[K]>;
};

/** `kill-grace-period` is `killGracePeriod` in TypeScript. */
type Camel<K> = K extends `${infer Head}-${infer Rest}` ? `${Head}${Capitalize<Camel<Rest> & string>}` : K;

/** What has no effect is not offered where nothing is old. */
type InputKeys<F extends Fields> = { [K in keyof F]: [InputField<F[K]>] extends [never] ? never : K }[keyof F];
export type InputObject<F extends Fields> = {
  readonly [K in RequiredKeys<F> as Camel<K>]: InputField<F[K]>;
} & {
  readonly [K in Exclude<InputKeys<F>, RequiredKeys<F>> as Camel<K>]?: InputField<F[K]> | null | undefined;
};

/** A map with these keys and no others. */
export const object = <F extends Fields>(fields: F): Shape<LooseObject<F>, StrictObject<F>, InputObject<F>> => ({
  schema: objectSchema(fields),
  read: (slot, reader) => {
    const entries = entriesOf(slot, reader);
    if (!entries) return undefined;
    const result: Record<string, unknown> = {};
    for (const entry of entries) {
      const { key, path } = entry;
      const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
      if (!field) {
        const next = suggest(key, Object.keys(fields));
        reader.report(entry.offset, path, { code: 'unknown-key', message: `there is no key \`${key}\` here`, next });
      } else if (field.instead !== undefined) {
        reader.notice(entry.offset, path, withoutMeaning(key, field.instead));
      } else if (!isEmpty(entry.node)) {
        result[key] = field.shape.read(entry, reader);
      }
    }
    reportMissing(fields, entries, slot, reader);
    // Each key was read by the shape of its field.
    return result as LooseObject<F>;
  },
});

const withoutMeaning = (key: string, next: string): Report => ({
  code: 'no-meaning',
  message: `\`${key}\` has no effect here`,
  next,
});

const reportMissing = (fields: Fields, entries: readonly Entry[], slot: Slot, reader: Reader): void => {
  for (const [key, field] of Object.entries(fields)) {
    const entry = entries.find((each) => each.key === key);
    if (!field.required || (entry && !isEmpty(entry.node))) continue;
    const message = entry ? `\`${key}\` has no value` : `\`${key}\` is missing`;
    reader.report(entry?.offset ?? slot.offset, entry?.path ?? slot.path, {
      code: 'missing',
      message,
      next: `write \`${key}\`: ${field.about}`,
    });
  }
};

const objectSchema = (fields: Fields): JsonSchema => ({
  type: 'object',
  properties: Object.fromEntries(
    Object.entries(fields).map(([key, { shape, about, required: isRequired }]) => [
      key,
      { ...(isRequired ? shape.schema : orNothing(shape.schema)), description: about },
    ]),
  ),
  required: Object.keys(fields).filter((key) => fields[key]?.required),
  additionalProperties: false,
});

/** Nothing behind a key that may be left out counts as left out. */
const orNothing = (schema: JsonSchema): JsonSchema => {
  const { type, enum: values, anyOf } = schema;
  return {
    ...schema,
    ...(type === undefined ? {} : { type: [...new Set([type, 'null'].flat())] }),
    ...(Array.isArray(values) ? { enum: [...values, null] } : {}),
    ...(Array.isArray(anyOf) ? { anyOf: [...anyOf, { type: 'null' }] } : {}),
  };
};

type RecordOptions = { readonly min?: number; readonly what: string };

/** A map from names to values, in the order of the file. A name whose value has problems stays, as undefined. */
export const record = <L, S, I>(
  value: Shape<L, S, I>,
  { min = 0, what }: RecordOptions,
): Shape<ReadonlyMap<string, L | undefined>, ReadonlyMap<string, S>, Readonly<Record<string, I>>> => ({
  schema: { type: 'object', minProperties: min, additionalProperties: value.schema },
  read: (slot, reader) => {
    const entries = entriesOf(slot, reader);
    if (!entries) return undefined;
    if (entries.length < min) {
      reader.report(slot.offset, slot.path, { code: 'missing', message: `there is no ${what}`, next: `add a ${what}` });
    }
    return new Map(entries.map((entry) => [entry.key, value.read(entry, reader)]));
  },
});

/** A list. An item with problems stays, as undefined. */
export const list = <L, S, I>(item: Shape<L, S, I>): Shape<readonly (L | undefined)[], readonly S[], readonly I[]> => ({
  schema: { type: 'array', items: item.schema },
  read: (slot, reader) => {
    if (!isSeq(slot.node)) {
      reportKind(slot, reader, 'a list');
      return undefined;
    }
    return slot.node.items.map((each, index) => {
      const node = reader.resolve(each);
      const offset = offsetOf(node, offsetOf(slot.node, slot.offset));
      const path = [...slot.path, index];
      reader.remember(path, offset, offset);
      return item.read({ node, offset, path }, reader);
    });
  },
});

/** One shape where the value passes the test, another for anything else. */
export const either = <L1, S1, I1, L2, S2, I2>(
  one: Shape<L1, S1, I1>,
  other: Shape<L2, S2, I2>,
  isOne: (node: Node | null) => boolean = isScalar,
): Shape<L1 | L2, S1 | S2, I1 | I2> => ({
  schema: {
    anyOf: [one.schema, other.schema].flatMap(({ anyOf, ...rest }) => (Array.isArray(anyOf) ? anyOf : [rest])),
  },
  read: (slot, reader) => (isOne(slot.node) ? one : other).read(slot, reader),
});

type Entry = Slot & { readonly key: string };

const entriesOf = (slot: Slot, reader: Reader): readonly Entry[] | undefined => {
  if (!isMap(slot.node)) {
    reportKind(slot, reader, 'a map');
    return undefined;
  }
  const entries = slot.node.items.map((pair): Entry => {
    const keyNode = reader.resolve(pair.key);
    const offset = offsetOf(keyNode, slot.offset);
    const key = keyOf(keyNode, offset, slot.path, reader);
    const node = reader.resolve(pair.value);
    const path = [...slot.path, key];
    reader.remember(path, offset, isEmpty(node) ? offset : offsetOf(node, offset));
    return { key, node, offset, path };
  });
  // A duplicate was reported when the text was parsed; the first one counts from here on.
  return entries.filter((entry, index) => entries.findIndex((other) => other.key === entry.key) === index);
};

const keyOf = (node: Node | null, offset: number, path: Path, reader: Reader): string => {
  const key = written(node);
  if (key === undefined) {
    reader.report(offset, path, { code: 'wrong-type', message: `${show(node)} cannot be a key`, next: 'write a name' });
  }
  return key ?? '';
};

const reportKind = (slot: Slot, reader: Reader, expected: string): void =>
  reader.report(offsetOf(slot.node, slot.offset), slot.path, {
    code: 'wrong-type',
    message: `expected ${expected}, got ${show(slot.node)}`,
    next: `write ${expected}`,
  });
