/** What differs between two values, field by field. */
import type { FieldDiff } from '../record/run.ts';

/**
 * Arrays of named things are compared by name, texts of several lines line by line (`key=value` lines by key), so that
 * a reason reads `server.properties#log.retention.ms: 1 -> 2` and not as two files.
 */
export function diff(from: unknown, to: unknown, path = ''): readonly FieldDiff[] {
  if (Object.is(from, to)) return [];
  if (typeof from === 'string' && typeof to === 'string' && (from.includes('\n') || to.includes('\n'))) {
    const lines = diffFields(linesOf(from), linesOf(to), `${path}#`, '');
    // The same lines in another order, or blank ones, are another text to a program.
    return lines.length > 0 ? lines : [{ path, from, to }];
  }
  if (isFields(from) && isFields(to)) return diffFields(from, to, path, path === '' ? '' : '.');
  if (Array.isArray(from) && Array.isArray(to)) {
    const left = byName(from);
    const right = byName(to);
    if (left !== undefined && right !== undefined) return diffFields(left, right, path, path === '' ? '' : '.');
    return JSON.stringify(from) === JSON.stringify(to) ? [] : [{ path, from, to }];
  }
  return [{ path, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }];
}

type Fields = Readonly<Record<string, unknown>>;

function diffFields(from: Fields, to: Fields, path: string, separator: string): readonly FieldDiff[] {
  const names = new Set([...Object.keys(from), ...Object.keys(to)]);
  return [...names].flatMap((name) => diff(own(from, name), own(to, name), `${path}${separator}${name}`));
}

/** A field may have the name of something that every object has. */
const own = (fields: Fields, name: string): unknown => (Object.hasOwn(fields, name) ? fields[name] : undefined);

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Undefined when the elements do not all have names of their own. */
function byName(list: readonly unknown[]): Fields | undefined {
  const named = new Map<string, unknown>();
  for (const item of list) {
    if (!isFields(item) || typeof item['name'] !== 'string' || named.has(item['name'])) return undefined;
    named.set(item['name'], item);
  }
  return Object.fromEntries(named);
}

function linesOf(text: string): Fields {
  const lines = new Map<string, string>();
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const [, key, value] = /^([^=\s]+)\s*=(.*)$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined && !lines.has(key)) lines.set(key, value);
    else lines.set(line, '');
  }
  return Object.fromEntries(lines);
}
