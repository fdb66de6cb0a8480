import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { parsePlacement } from './placement.ts';

const unique = { kind: 'max-per', field: 'hostname', max: 1 };
const like = { kind: 'like', field: 'rack', pattern: 'a:b,c', not: false };

test('the three spellings say the same', () => {
  for (const text of [
    '[["hostname", "UNIQUE"]]',
    '["hostname", "UNIQUE"]',
    'hostname:UNIQUE',
    '@hostname:unique',
    ' hostname : UNIQUE ',
  ]) {
    assert.deepEqual(parsePlacement(text), { value: unique }, text);
  }
  const both = { value: { kind: 'all', rules: [unique, like] } };
  assert.deepEqual(parsePlacement('hostname:UNIQUE,rack:LIKE:a\\:b\\,c'), both);
  assert.deepEqual(parsePlacement('[["hostname", "UNIQUE"], ["rack", "LIKE", "a:b,c"]]'), both);
});

test('each operator becomes a rule', () => {
  const rows: readonly (readonly [string, object])[] = [
    ['zone:MAX_PER:2', { kind: 'max-per', field: 'zone', max: 2 }],
    ['@zone:UNIQUE', { kind: 'max-per', field: 'zone', max: 1 }],
    ['[["zone", "MAX_PER", 2]]', { kind: 'max-per', field: 'zone', max: 2 }],
    ['rack:UNLIKE:x.*', { kind: 'like', field: 'rack', pattern: 'x.*', not: true }],
    ['rack:IS:x', { kind: 'is', field: 'rack', value: 'x', not: false }],
    ['rack:IS_NOT:x', { kind: 'is', field: 'rack', value: 'x', not: true }],
    ['rack:CLUSTER:x', { kind: 'is', field: 'rack', value: 'x', not: false }],
  ];
  for (const [text, rule] of rows) assert.deepEqual(parsePlacement(text), { value: rule }, text);
  assert.deepEqual(parsePlacement('  '), { value: undefined });
  assert.deepEqual(parsePlacement('[]'), { value: undefined });
});

test('what is no rule is refused', () => {
  const codes = [
    'hostname',
    'a:b:c:d',
    ':UNIQUE',
    'zone:MAX_PER:0',
    'zone:MAX_PER',
    'rack:LIKE:(',
    '[["a"]',
    '[{"a": 1}]',
    'rack:LIK:x',
  ];
  for (const text of codes) {
    const result = parsePlacement(text);
    assert.equal('code' in result && result.code, 'bad-format', text);
  }
  const grouped = parsePlacement('rack:GROUP_BY:3');
  assert.equal('code' in grouped && grouped.code, 'unsupported');
});

test('law: any value survives the spelling with backslashes', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^\S([^\n]*\S)?$/), (value) => {
      const escaped = value.replaceAll(/[\\:,]/g, String.raw`\$&`);
      const result = parsePlacement(`rack:IS:${escaped}`);
      assert.deepEqual(result, { value: { kind: 'is', field: 'rack', value, not: false } });
    }),
  );
});
