import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Recent } from './recent.ts';

const filled = (max: number, ...keys: readonly string[]): Recent<string> => {
  const recent = new Recent<string>(max);
  for (const key of keys) recent.set(key, `value of ${key}`);
  return recent;
};

const those = (recent: Recent<string>, ...keys: readonly string[]): readonly string[] =>
  keys.filter((key) => recent.get(key) === `value of ${key}`);

test('of more than it may have, the one that was set longest ago is dropped', () => {
  assert.deepEqual(those(filled(2, 'a', 'b'), 'a', 'b'), ['a', 'b']);
  assert.deepEqual(those(filled(2, 'a', 'b', 'c'), 'a', 'b', 'c'), ['b', 'c']);
});

test('set again it is new, and drops none', () => {
  assert.deepEqual(those(filled(2, 'a', 'b', 'a'), 'a', 'b'), ['a', 'b']);
  assert.deepEqual(those(filled(2, 'a', 'b', 'a', 'c'), 'a', 'b', 'c'), ['a', 'c']);
});

test('what was deleted is not there, and makes room', () => {
  const recent = filled(2, 'a', 'b');
  recent.delete('a');
  recent.set('c', 'value of c');
  assert.deepEqual(those(recent, 'a', 'b', 'c'), ['b', 'c']);
});
