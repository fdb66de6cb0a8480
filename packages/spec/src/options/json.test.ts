import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { parseJson } from './json.ts';

const errorOf = (text: string): string => {
  const result = parseJson(text, 'o.json');
  const [problem] = 'problems' in result ? result.problems : [];
  return problem ? `${problem.where?.line}:${problem.where?.column} ${problem.code}` : 'fine';
};

test('errors have a place', () => {
  assert.equal(errorOf('{"a": 1,\n "b": }'), '2:7 json-syntax');
  assert.equal(errorOf('{"a": 1\n "b": 2}'), '2:2 json-syntax');
  assert.equal(errorOf('{\n  a: 1}'), '2:3 json-syntax');
  assert.equal(errorOf('[1, 2,]'), '1:7 json-syntax');
  assert.equal(errorOf('{"a": "x\ny"}'), '1:7 json-syntax');
  assert.equal(errorOf('{"a": 01}'), '1:7 json-syntax');
  assert.equal(errorOf('{} x'), '1:4 json-syntax');
  assert.equal(errorOf(''), '1:1 json-syntax');
  assert.equal(errorOf('{"a": 1, "b": {"a": 1},\n "a": 2}'), '2:2 duplicate-key');
  assert.equal(errorOf('['.repeat(100_000)), '1:102 json-syntax');
});

test('whole numbers beyond 2^53 are kept as text', () => {
  const result = parseJson('{"a": 9223372036854775807, "b": 9007199254740991, "c": 1e30}', 'o.json');
  assert.ok('value' in result);
  assert.deepEqual(result.value, { a: '9223372036854775807', b: 9_007_199_254_740_991, c: 1e30 });
});

test('a value has the place of its key and its own', () => {
  const result = parseJson('{\n\t"a": {"b": [1,\n 22]}}', 'o.json');
  assert.ok('value' in result);
  assert.deepEqual(result.placeOf(['a', 'b', 1], 'value'), { file: 'o.json', line: 3, column: 2 });
  assert.deepEqual(result.placeOf(['a', 'b'], 'key'), { file: 'o.json', line: 2, column: 8 });
  assert.equal(result.placeOf(['a', 'c'], 'key'), undefined);
});

test('law: reads what JSON.stringify writes, however it is indented', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom('', '  ', '\t'), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      const result = parseJson(text, 'o.json');
      assert.ok('value' in result);
      // Large whole numbers differ on purpose.
      if (!/\d{16}/.test(text)) assert.deepEqual(result.value, JSON.parse(text));
    }),
  );
});

test('law: refuses what JSON.parse refuses, with a place in the text', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.nat(), fc.string({ maxLength: 3 }), (value, at, inserted) => {
      const plain = JSON.stringify(value);
      const text = plain.slice(0, at % plain.length) + inserted + plain.slice(at % plain.length);
      let valid = true;
      try {
        JSON.parse(text);
      } catch {
        valid = false;
      }
      const result = parseJson(text, 'o.json');
      const problems = 'problems' in result ? result.problems.filter((each) => each.code === 'json-syntax') : [];
      assert.equal(problems.length === 0, valid, text);
      for (const { where } of problems) assert.ok(where && where.column <= text.length + 1);
    }),
  );
});
