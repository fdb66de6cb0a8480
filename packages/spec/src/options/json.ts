import { pathKey } from '../path.ts';
import type { Path } from '../path.ts';
import type { Place, Problem, Problems } from '../problem.ts';
import { sourceOf } from '../source.ts';
import type { Source } from '../source.ts';

/** A JSON text and where each of its values stands. */
export type Json = {
  /** A whole number beyond 2^53 is kept as the text that was written: JavaScript would round it. */
  readonly value: unknown;
  /** Undefined: the path is not in this text. */
  readonly placeOf: (path: Path, part: 'key' | 'value') => Place | undefined;
};

/** As deep as options get, and no deeper than the stack. */
const depthMax = 100;

/**
 * Reads JSON, with the place of an error, and of every value. A key that is there twice is an error. `source` is what
 * people see, if that is not the text itself.
 */
export const parseJson = (text: string, file: string, source = sourceOf(text, file)): Json | Problems => {
  const scanner: Scanner = { text, source, at: 0, places: new Map(), problems: [] };
  try {
    skipSpace(scanner);
    const value = readValue(scanner, []);
    skipSpace(scanner);
    if (scanner.at < text.length) throw unexpected(scanner, 'the end of the text');
    if (scanner.problems.length > 0) return { problems: scanner.problems };
    const places = scanner.places;
    return {
      value,
      placeOf: (path, part) => {
        const found = places.get(pathKey(path));
        return found && source.placeOf(found[part]);
      },
    };
  } catch (error) {
    if (error instanceof JsonError) return { problems: [...scanner.problems, error.problem] };
    throw error;
  }
};

type Scanner = {
  readonly text: string;
  readonly source: Source;
  at: number;
  readonly places: Map<string, { readonly key: number; readonly value: number }>;
  readonly problems: Problem[];
};

class JsonError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

const unexpected = ({ text, source, at }: Scanner, expected: string): JsonError => {
  const got = at >= text.length ? 'the text ends' : `there is \`${String.fromCodePoint(text.codePointAt(at) ?? 0)}\``;
  return new JsonError({
    code: 'json-syntax',
    message: `this is not JSON: expected ${expected}, but ${got}`,
    next: 'check commas, quotes and braces around this place',
    where: source.placeOf(at),
  });
};

const skipSpace = (scanner: Scanner): void => {
  while (/[ \t\n\r]/.test(scanner.text[scanner.at] ?? '')) scanner.at += 1;
};

const match = (scanner: Scanner, pattern: RegExp): string | undefined => {
  const sticky = new RegExp(pattern, 'y');
  sticky.lastIndex = scanner.at;
  const found = sticky.exec(scanner.text)?.[0];
  if (found !== undefined) scanner.at += found.length;
  return found;
};

const readValue = (scanner: Scanner, path: Path, keyAt = scanner.at): unknown => {
  scanner.places.set(pathKey(path), { key: keyAt, value: scanner.at });
  if (path.length > depthMax) throw unexpected(scanner, `at most ${depthMax} levels`);
  const next = scanner.text[scanner.at];
  if (next === '{') return readObject(scanner, path);
  if (next === '[') return readArray(scanner, path);
  if (next === '"') return readString(scanner);
  const word = match(scanner, /true\b|false\b|null\b/);
  if (word !== undefined) return word === 'null' ? null : word === 'true';
  const number = match(scanner, /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])/);
  if (number === undefined) throw unexpected(scanner, 'a value');
  return /^-?\d+$/.test(number) && !Number.isSafeInteger(Number(number)) ? number : Number(number);
};

const readString = (scanner: Scanner): string => {
  const start = scanner.at;
  const literal = match(scanner, /"(?:[^"\\\n]|\\.)*"/);
  try {
    if (literal !== undefined) return String(JSON.parse(literal));
  } catch {
    // A control character or a bad escape: told below.
  }
  scanner.at = start;
  throw unexpected(scanner, 'a string that is closed and has no bad escapes');
};

const readObject = (scanner: Scanner, path: Path): Record<string, unknown> => {
  const entries = new Map<string, unknown>();
  readItems(scanner, '}', () => {
    const keyAt = scanner.at;
    if (scanner.text[keyAt] !== '"') throw unexpected(scanner, 'a key in double quotes');
    const key = readString(scanner);
    skipSpace(scanner);
    if (match(scanner, /:/) === undefined) throw unexpected(scanner, '`:`');
    skipSpace(scanner);
    if (entries.has(key)) {
      scanner.problems.push({
        code: 'duplicate-key',
        message: `the key \`${key}\` is there twice in the same object`,
        next: 'remove one of them',
        where: scanner.source.placeOf(keyAt),
      });
    }
    entries.set(key, readValue(scanner, [...path, key], keyAt));
  });
  return Object.fromEntries(entries);
};

const readArray = (scanner: Scanner, path: Path): unknown[] => {
  const items: unknown[] = [];
  readItems(scanner, ']', () => void items.push(readValue(scanner, [...path, items.length])));
  return items;
};

const readItems = (scanner: Scanner, end: '}' | ']', readItem: () => void): void => {
  scanner.at += 1;
  skipSpace(scanner);
  if (scanner.text[scanner.at] === end) {
    scanner.at += 1;
    return;
  }
  for (;;) {
    readItem();
    skipSpace(scanner);
    const next = scanner.text[scanner.at];
    if (next !== ',' && next !== end) throw unexpected(scanner, `\`,\` or \`${end}\``);
    scanner.at += 1;
    if (next === end) return;
    skipSpace(scanner);
  }
};
