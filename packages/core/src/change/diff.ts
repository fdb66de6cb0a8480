/** What differs between two values, field by field. */
import type { FieldDiff } from '../record/run.ts';

/**
 * Arrays of named things are compared by name, texts of several lines line by line (`key=value` lines by key), so that
 * a reason reads `server.properties#log.retention.ms: 1 -> 2` and not as two files.
 */
export function diff(from: unknown, to: unknown, path = ''): readonly FieldDiff[] {
  if (Object.is(from, to)) return [];
  if (typeof from === 'string' && typeof to === 'string' && (from.includes('\n') || to.includes('\n'))) {
    return diffFields(linesOf(from), linesOf(to), `${path}#`, '');
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
  return [...names].flatMap((name) => diff(from[name], to[name], `${path}${separator}${name}`));
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Undefined when the elements do not all have names of their own. */
function byName(list: readonly unknown[]): Fields | undefined {
  const named: Record<string, unknown> = {};
  for (const item of list) {
    if (!isFields(item) || typeof item['name'] !== 'string' || item['name'] in named) return undefined;
    named[item['name']] = item;
  }
  return named;
}

function linesOf(text: string): Fields {
  const lines: Record<string, string> = {};
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const [, key, value] = /^([^=\s]+)\s*=(.*)$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined && !(key in lines)) lines[key] = value;
    else lines[line] = '';
  }
  return lines;
}
