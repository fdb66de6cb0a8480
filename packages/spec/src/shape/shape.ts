/**
 * Shapes: what a YAML value must look like, said once. A shape reads a value with every problem at its place, gives the
 * TypeScript types, and is a JSON Schema for editors.
 */
import { isMap, isScalar, isSeq } from 'yaml';
import type { Node } from 'yaml';
import type { Reader, Report, Slot } from '../yaml/reader.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * `Loose` is what is left of a value that may have problems, so that the checks across the file can go on;
 * `Strict` is the value of a file without problems; `Input` is how the same is written in TypeScript.
 */
export type Shape<Loose, Strict = Loose, Input = Strict> = {
  readonly read: (slot: Slot, reader: Reader) => Loose | undefined;
  readonly schema: JsonSchema;
  /** Never there: they only carry the types. */
  readonly strict?: Strict;
  readonly input?: Input;
};

export type LooseOf<S> = S extends Shape<infer Loose, unknown, unknown> ? Loose : never;
export type StrictOf<S> = S extends { readonly strict?: infer Strict } ? Exclude<Strict, undefined> : never;

export type InputOf<S> = S extends { readonly input?: infer Input } ? Exclude<Input, undefined> : never;

/** A scalar as it is written: `1.10` stays `1.10`. Undefined: not a scalar, or nothing. */
export const written = (node: Node | null): string | undefined => {
  if (!isScalar(node) || isEmpty(node)) return undefined;
  if (typeof node.value === 'string') return node.value;
  return node.source ?? String(node.value);
};

/** `key:` with nothing behind it, or null. */
export const isEmpty = (node: Node | null): boolean => node === null || (isScalar(node) && node.value === null);

export const offsetOf = (node: Node | null, otherwise: number): number => node?.range?.[0] ?? otherwise;

/** What is there, in the words of a problem. */
export const show = (node: Node | null): string => {
  if (isEmpty(node)) return 'nothing';
  if (isMap(node)) return 'a map';
  if (isSeq(node)) return 'a list';
  const text = written(node) ?? '';
  return `\`${text.length > 40 ? `${text.slice(0, 40)}...` : text}\``;
};

/** Whatever YAML can say, as plain data. */
export const anything: Shape<unknown> = {
  schema: {},
  read: ({ node }, reader) => reader.plain(node),
};

/** A value read from one scalar: `parse` gives it, or says what is wrong. */
export const scalar = <T, Input = T>(
  expected: string,
  schema: JsonSchema,
  parse: (text: string) => { readonly value: T } | Report | undefined,
): Shape<T, T, Input> => ({
  schema,
  read: ({ node, offset, path }, reader) => {
    const at = offsetOf(node, offset);
    const text = written(node);
    const parsed = text === undefined ? undefined : parse(text);
    if (parsed && 'value' in parsed) return parsed.value;
    const wrong: Report = {
      code: 'wrong-type',
      message: `expected ${expected}, got ${show(node)}`,
      next: `write ${expected}`,
    };
    reader.report(at, path, parsed ?? wrong);
    return undefined;
  },
});
