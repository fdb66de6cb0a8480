/** Laws of the field-level diff. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { FieldDiff } from '../record/run.ts';
import { diff } from './diff.ts';

/** Names that every object has are names like others; dots only separate the parts of a path. */
const key = fc.oneof(
  fc.stringMatching(/^[a-z]{1,3}$/),
  fc.constantFrom('constructor', 'toString', 'hasOwnProperty', 'name'),
);
const word = fc.stringMatching(/^[a-z0-9]{0,3}$/);

type Json = string | number | boolean | readonly Json[] | { readonly [key: string]: Json };

/** What specs are made of: objects, and lists of things that mostly have names. */
const { json, fields } = fc.letrec<{ json: Json; fields: { readonly [key: string]: Json } }>((tie) => ({
  fields: fc.dictionary(key, tie('json'), { maxKeys: 4 }),
  json: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(word, fc.nat({ max: 3 }), fc.boolean()),
    tie('fields'),
    fc.array(
      fc.tuple(word, tie('fields')).map(([name, item]) => ({ ...item, name })),
      { maxLength: 3 },
    ),
    fc.array(tie('json'), { maxLength: 3 }),
  ),
}));

const isFields = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isNamed = (value: unknown): value is readonly Record<string, unknown>[] =>
  Array.isArray(value) &&
  value.every((item) => isFields(item) && typeof item['name'] === 'string') &&
  new Set(value.map((item: Record<string, unknown>) => item['name'])).size === value.length;

/** Lists of named things have no order: as objects from name to thing. */
function normal(value: unknown): unknown {
  if (isNamed(value)) return Object.fromEntries(value.map((item) => [item['name'], normal(item)]));
  if (Array.isArray(value)) return value;
  return isFields(value)
    ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, normal(item)]))
    : value;
}

/** Sets what a path leads to. */
function apply(value: unknown, [first, ...rest]: readonly string[], to: unknown): unknown {
  if (first === undefined) return normal(to);
  const { [first]: inner, ...others } = isFields(value) ? value : {};
  const next = apply(inner, rest, to);
  return next === undefined ? others : { ...others, [first]: next };
}

const applyAll = (value: unknown, changes: readonly FieldDiff[]): unknown =>
  changes.reduce((so, { path, to }) => apply(so, path === '' ? [] : path.split('.'), to), normal(value));

test('nothing differs from itself', () => {
  fc.assert(fc.property(json, (value) => assert.deepEqual(diff(value, structuredClone(value)), [])));
});

test('who makes the changes that a diff names has what it was compared with', () => {
  fc.assert(
    fc.property(fields, fields, (from, to) => {
      assert.deepEqual(applyAll(from, diff(from, to)), normal(to));
    }),
    { numRuns: 500 },
  );
});

test('the way back names the same fields, the other way round', () => {
  fc.assert(
    fc.property(json, json, (one, other) => {
      const turned = diff(other, one).map(({ path, from, to }) => ({
        path,
        ...(to === undefined ? {} : { from: to }),
        ...(from === undefined ? {} : { to: from }),
      }));
      const sorted = (list: readonly FieldDiff[]) => list.toSorted((a, b) => (a.path < b.path ? -1 : 1));
      assert.deepEqual(sorted(diff(one, other)), sorted(turned));
    }),
  );
});

const text = fc
  .array(
    fc.oneof(
      word,
      fc.tuple(key, word).map(([name, value]) => `${name}=${value}`),
    ),
    { maxLength: 5 },
  )
  .map((lines) => lines.join('\n'));

test('two texts differ in nothing exactly when they are the same', () => {
  fc.assert(fc.property(text, text, (one, other) => assert.equal(diff(one, other).length === 0, one === other)));
});

test('a changed line is named by its key, an added or removed one has no other side', () => {
  const from = 'retention.ms=1\nold=1\n';
  assert.deepEqual(diff({ file: from }, { file: 'retention.ms=2\nnew=1\n' }), [
    { path: 'file#retention.ms', from: '1', to: '2' },
    { path: 'file#old', from: '1' },
    { path: 'file#new', to: '1' },
  ]);
});

test('lines in another order are another text', () => {
  assert.deepEqual(diff('set -e\nserve', 'serve\nset -e'), [{ path: '', from: 'set -e\nserve', to: 'serve\nset -e' }]);
});
