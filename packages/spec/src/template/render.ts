import { suggest } from '../nearest.ts';
import type { Problem, Problems } from '../problem.ts';
import { sourceOf } from '../source.ts';
import type { Source } from '../source.ts';
import { isRecord, lookup, namesOf } from './lookup.ts';
import type { Found, View } from './lookup.ts';
import { tokenize } from './token.ts';
import type { Token } from './token.ts';

/** A rendered text that knows where each of its characters comes from. */
export type Rendered = {
  readonly text: string;
  /** The offset in the template that an offset in the text comes from; for an inserted value, that of its tag. */
  readonly sourceOffset: (offset: number) => number;
  /** Names without a value; they are left empty in the text. */
  readonly problems: readonly Problem[];
};

/**
 * Fills in a mustache template. Strict: a variable that the view does not have is a problem, though a section may ask
 * for a name that is not there (it is false then). No HTML escaping. The words `true` and `false` act as booleans in
 * sections, and zero is no falsehood; a map or a list prints as JSON, and null prints nothing.
 * @example
 * renderTemplate('port={{port}}', { port: 9092 }) // { text: 'port=9092' }
 */
export const renderTemplate = (
  template: string,
  view: View,
  file = 'template',
): { readonly text: string } | Problems => {
  const rendered = render(sourceOf(template, file), view);
  if ('problems' in rendered && rendered.problems.length > 0) return { problems: rendered.problems };
  return 'text' in rendered ? { text: rendered.text } : rendered;
};

const envName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * As `renderTemplate`, but the tag of a variable without a value stays (`{{NAME}}`), for a program that fills it in from
 * its own environment; `left` says which. What can be no variable of an environment is a problem as ever.
 */
export const renderKnown = (
  template: string,
  view: View,
  file = 'template',
): { readonly text: string; readonly left: readonly string[] } | Problems => {
  const rendered = render(sourceOf(template, file), view, { standIn: (name) => `{{${name}}}` });
  if (!('text' in rendered)) return rendered;
  const names = rendered.problems.map(({ path = '' }) => path);
  if (names.every((name) => envName.test(name))) return { text: rendered.text, left: [...new Set(names)] };
  return { problems: rendered.problems.filter(({ path = '' }) => !envName.test(path)) };
};

/** How values are written into a text that is not plain. */
export type Writing = {
  /** A text value; as it is, if absent. */
  readonly escape?: (text: string) => string;
  /** In place of a name without a value; nothing, if absent. */
  readonly standIn?: (name: string) => string;
};

export const render = (source: Source, view: View, writing: Writing = {}): Rendered | Problems => {
  const parsed = tokenize(source);
  if ('problems' in parsed) return parsed;
  const writer: Writer = { source, writing, pieces: [], length: 0, unknown: new Map() };
  write(writer, parsed.tokens, [view]);
  const known = namesOf(view);
  const problems = [...writer.unknown].map(([start, name]): Problem => ({
    code: 'template-variable',
    message: `\`${name}\` has no value here`,
    next: suggest(name, known),
    path: name,
    where: source.placeOf(start),
  }));
  return {
    text: writer.pieces.map((piece) => piece.text).join(''),
    sourceOffset: (offset) => sourceOffset(writer.pieces, offset),
    problems,
  };
};

type Piece = { readonly at: number; readonly text: string; readonly start: number; readonly literal: boolean };

type Writer = {
  readonly source: Source;
  readonly writing: Writing;
  readonly pieces: Piece[];
  length: number;
  /** Offset of the tag to its name: a tag in a loop is one problem. */
  readonly unknown: Map<number, string>;
};

const append = (writer: Writer, text: string, start: number, literal: boolean): void => {
  if (text === '') return;
  writer.pieces.push({ at: writer.length, text, start, literal });
  writer.length += text.length;
};

const write = (writer: Writer, tokens: readonly Token[], stack: readonly unknown[]): void => {
  for (const token of tokens) {
    if (token.kind === 'text') {
      append(writer, token.value, token.start, true);
    } else if (token.kind === 'value') {
      writeValue(writer, token, lookup(stack, token.name));
    } else {
      const value = lookup(stack, token.name)?.value;
      for (const inner of token.inverted ? inversions(value, stack) : iterations(value, stack)) {
        write(writer, token.tokens, inner);
      }
    }
  }
};

const writeValue = (
  writer: Writer,
  { name, start }: Extract<Token, { kind: 'value' }>,
  found: Found | undefined,
): void => {
  const { escape = (text) => text, standIn = () => '' } = writer.writing;
  if (!found) writer.unknown.set(start, name);
  const { value } = found ?? {};
  const text = typeof value === 'string' ? escape(value) : textOf(value);
  append(writer, found ? text : standIn(name), start, false);
};

const textOf = (value: unknown): string => {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
};

const truthy = (value: unknown): boolean => {
  if (Array.isArray(value)) return value.length > 0;
  // Zero is a value like any other, as for the programs that old templates were written for.
  return value === 0 || (Boolean(value) && value !== 'false');
};

/** The stack of contexts for each time that a section is written. */
const iterations = (value: unknown, stack: readonly unknown[]): readonly (readonly unknown[])[] => {
  if (!truthy(value)) return [];
  if (Array.isArray(value)) return value.map((item) => [...stack, item]);
  return [isRecord(value) || typeof value !== 'boolean' ? [...stack, value] : stack];
};

const inversions = (value: unknown, stack: readonly unknown[]): readonly (readonly unknown[])[] =>
  truthy(value) ? [] : [stack];

const sourceOffset = (pieces: readonly Piece[], offset: number): number => {
  const piece = pieces[pieceAt(pieces, offset)];
  if (!piece) return 0;
  return piece.literal ? piece.start + Math.min(offset - piece.at, piece.text.length) : piece.start;
};

/** The last piece that begins at or before the offset. */
const pieceAt = (pieces: readonly Piece[], offset: number): number => {
  let low = 0;
  let high = pieces.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((pieces[middle]?.at ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
};
