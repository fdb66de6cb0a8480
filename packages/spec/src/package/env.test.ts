import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { parseEnv } from './env.ts';

test('lines of NAME=VALUE, with comments, quotes and export', () => {
  const text = '# values\nA=1\n\nexport B="x = y"\n C=\'\'\r\nD=[["a", "b"]]\nE=a#b\n';
  assert.deepEqual(parseEnv(text, 'env'), { env: { A: '1', B: 'x = y', C: '', D: '[["a", "b"]]', E: 'a#b' } });
});

test('a JSON object of plain values', () => {
  assert.deepEqual(parseEnv(' {"A": "x", "B": 1, "C": true}', 'env'), { env: { A: 'x', B: '1', C: 'true' } });
});

test('what is neither has a place', () => {
  const lines = parseEnv('A=1\n  nonsense\n=2\n', 'env');
  assert.ok('problems' in lines);
  assert.deepEqual(
    lines.problems.map(({ where }) => [where?.line, where?.column]),
    [
      [2, 3],
      [3, 1],
    ],
  );
  const nested = parseEnv('{"A": 1,\n "B": {}}', 'env');
  assert.ok('problems' in nested);
  assert.deepEqual(
    nested.problems.map(({ where }) => [where?.line, where?.column]),
    [[2, 7]],
  );
});

test('law: what is written as JSON is read back', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.string()), (env) => {
      const result = parseEnv(JSON.stringify(env), 'env');
      assert.ok('env' in result);
      assert.deepEqual(Object.entries(result.env), Object.entries(env));
    }),
  );
});
