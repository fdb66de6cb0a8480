import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { Rule } from '@warder/core';
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
    ['rack:GROUP_BY', { kind: 'group-by', field: 'rack' }],
    ['@region:group_by:3', { kind: 'group-by', field: 'region', groups: 3 }],
    ['[["@zone", "GROUP_BY", "3"]]', { kind: 'group-by', field: 'zone', groups: 3 }],
    ['hostname:UNIQUE:ignored', { kind: 'max-per', field: 'hostname', max: 1 }],
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
    'rack:GROUP_BY:0',
    'rack:CLUSTER',
    'rack:IS_NOT:',
  ];
  for (const text of codes) {
    const result = parsePlacement(text);
    assert.equal('code' in result && result.code, 'bad-format', text);
  }
});

type Row = readonly [field: string, operator: string, param?: string];

/** What a person would write for a rule, or nothing: not every rule has such a spelling. */
const rowOf = (rule: Rule): Row | undefined => {
  if (rule.kind === 'max-per') return [rule.field, 'MAX_PER', String(rule.max)];
  if (rule.kind === 'group-by')
    return rule.groups === undefined ? [rule.field, 'GROUP_BY'] : [rule.field, 'GROUP_BY', String(rule.groups)];
  if (rule.kind === 'is') return [rule.field, rule.not ? 'IS_NOT' : 'IS', rule.value];
  return rule.kind === 'like' ? [rule.field, rule.not ? 'UNLIKE' : 'LIKE', rule.pattern] : undefined;
};

const escaped = (text: string): string => text.replaceAll(/[\\:,]/g, String.raw`\$&`);

const word = fc.stringMatching(/^\S([^\n]*\S)?$/).filter((text) => text.trim() === text);
const field = fc.oneof(
  fc.constantFrom('hostname', 'zone', 'rack_id'),
  word.filter((text) => !/^[@[{]/.test(text)),
);
const pattern = fc.constantFrom('rack-[0-9]+', 'a:b,c', String.raw`x\.y`, '.*', '(a|b)');
const count = fc.integer({ min: 1, max: 1000 });

const rule: fc.Arbitrary<Rule> = fc.oneof(
  fc.record({ kind: fc.constant('max-per' as const), field, max: count }, { noNullPrototype: true }),
  fc.record({ kind: fc.constant('group-by' as const), field }, { noNullPrototype: true }),
  fc.record({ kind: fc.constant('group-by' as const), field, groups: count }, { noNullPrototype: true }),
  fc.record({ kind: fc.constant('is' as const), field, value: word, not: fc.boolean() }, { noNullPrototype: true }),
  fc.record({ kind: fc.constant('like' as const), field, pattern, not: fc.boolean() }, { noNullPrototype: true }),
);

test('law: a rule that is written down, in any of the spellings, is read as the same rule', () => {
  fc.assert(
    fc.property(fc.array(rule, { minLength: 1, maxLength: 4 }), (rules) => {
      const rows = rules.map((each) => rowOf(each) ?? assert.fail());
      const value = rules.length === 1 ? rules[0] : { kind: 'all', rules };
      const texts = [
        JSON.stringify(rows),
        rows.map((row) => row.map((part) => escaped(part ?? '')).join(':')).join(','),
        ...(rows.length === 1 ? [JSON.stringify(rows[0])] : []),
      ];
      for (const text of texts) assert.deepEqual(parsePlacement(text), { value }, text);
    }),
  );
});

const anyRule = fc.letrec<{ rule: Rule }>((tie) => ({
  rule: fc.oneof(
    { maxDepth: 3 },
    rule,
    fc.record({ kind: fc.constant('near' as const), pod: word, together: fc.boolean() }, { noNullPrototype: true }),
    fc.record(
      {
        kind: fc.constantFrom('all' as const, 'any' as const),
        rules: fc.array(tie('rule'), { minLength: 1, maxLength: 3 }),
      },
      { noNullPrototype: true },
    ),
    fc.record({ kind: fc.constant('not' as const), rule: tie('rule') }, { noNullPrototype: true }),
  ),
})).rule;

test('law: every rule is read again from its JSON', () => {
  fc.assert(fc.property(anyRule, (each) => assert.deepEqual(parsePlacement(JSON.stringify(each)), { value: each })));
});

test('an object that is no rule is refused with what is wrong', () => {
  const rows: readonly (readonly [string, RegExp])[] = [
    ['{"kind": "maxper"}', /no kind of rule `maxper`/],
    ['{"kind": "max-per", "field": "zone", "max": 0}', /`max` of a rule is a whole number/],
    ['{"kind": "is", "field": "a", "value": "b"}', /needs `not`, true or false/],
    ['{"kind": "is", "field": "a", "value": "b", "not": true, "x": 1}', /has no `x`/],
    ['{"kind": "like", "field": "a", "pattern": "(", "not": true}', /not a regular expression/],
    ['{"kind": "any", "rules": []}', /a list of rules/],
    ['{"kind": "not", "rule": []}', /is not a rule/],
    ['{', /begins like JSON/],
  ];
  for (const [text, message] of rows) {
    const result = parsePlacement(text);
    assert.match('code' in result ? result.message : '', message, text);
  }
});

test('law: no text at all makes the reader throw', () => {
  const part = fc.constantFrom(
    '[',
    ']',
    '"',
    ':',
    ',',
    '\\',
    'hostname',
    'UNIQUE',
    'GROUP_BY',
    'LIKE',
    '(',
    '1',
    ' ',
    '@zone',
  );
  const texts = fc.oneof(
    fc.string(),
    fc.array(part).map((parts) => parts.join('')),
    fc.json(),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const result = parsePlacement(text);
      if (!('value' in result)) assert.ok(result.message !== '' && result.next !== '');
    }),
  );
});
