/** What differs between two values, field by field. */
import type { FieldDiff } from '../record/run.ts';

/**
 * Arrays of named things are compared by name, texts of several lines line by line (`key=value` lines by key), so that
 * a reason reads `server.properties#log.retention.ms: 1 -> 2` and not as two files.
 */
export function diff(from: unknown, to: unknown, path = ''): readonly FieldDiff[] {
  const found: FieldDiff[] = [];
  compare(from, to, path, found);
  return found;
}

function compare(from: unknown, to: unknown, path: string, found: FieldDiff[]): void {
  if (Object.is(from, to)) return;
  if (typeof from === 'string' && typeof to === 'string' && (from.includes('\n') || to.includes('\n'))) {
    const before = found.length;
    compareFields(linesOf(from), linesOf(to), `${path}#`, found);
    // The same lines in another order, or blank ones, are another text to a program.
    if (found.length === before) found.push({ path, from, to });
    return;
  }
  const separator = path === '' ? '' : '.';
  if (isFields(from) && isFields(to)) {
    compareFields(from, to, path + separator, found);
    return;
  }
  if (Array.isArray(from) && Array.isArray(to)) {
    const left = byName(from);
    const right = byName(to);
    if (left !== undefined && right !== undefined) compareFields(left, right, path + separator, found);
    else if (JSON.stringify(from) !== JSON.stringify(to)) found.push({ path, from, to });
    return;
  }
  found.push({ path, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) });
}

type Fields = Readonly<Record<string, unknown>>;

/** `prefix`: what comes before a field's name in its path. */
function compareFields(from: Fields, to: Fields, prefix: string, found: FieldDiff[]): void {
  for (const name of Object.keys(from)) compare(from[name], own(to, name), prefix + name, found);
  for (const name of Object.keys(to))
    if (!Object.hasOwn(from, name)) compare(undefined, to[name], prefix + name, found);
}

/** A field may have the name of something that every object has. */
const own = (fields: Fields, name: string): unknown => (Object.hasOwn(fields, name) ? fields[name] : undefined);

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Not even those that every object has. */
const noFields = (): Record<string, unknown> => ({ __proto__: null });

/** Undefined when the elements do not all have names of their own. */
function byName(list: readonly unknown[]): Fields | undefined {
  const named = noFields();
  for (const item of list) {
    if (!isFields(item) || typeof item['name'] !== 'string' || item['name'] in named) return undefined;
    named[item['name']] = item;
  }
  return named;
}

function linesOf(text: string): Fields {
  const lines = noFields();
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const [, key, value] = /^([^=\s]+)\s*=(.*)$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined && !(key in lines)) lines[key] = value;
    else lines[line] = '';
  }
  return lines;
}
