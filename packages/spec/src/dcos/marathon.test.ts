import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { readMarathon } from './marathon.ts';

const file = 'marathon.json.mustache';

test('law: any text arrives as it is, in both kinds of tag', () => {
  const template = '{"env": {"A": "{{x}}", "B": "{{{x}}}", "C": "<{{x}}>"}}';
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (x) => {
      const read = readMarathon(template, file, { x });
      // What stands for a missing name is no text that anybody gives.
      if (/[\u{E000}\u{E001}]/u.test(x)) return;
      assert.ok('env' in read);
      assert.deepEqual(read.env, { A: x, B: x, C: `<${x}>` });
    }),
  );
});

test('numbers, booleans and lists stand where JSON has them', () => {
  const view = { n: 1.5, yes: true, list: [['a', 'UNIQUE']] };
  const read = readMarathon(
    '{"constraints": {{list}}, "env": {"N": "{{n}}", "Y": "{{yes}}", "L": {{list}}}}',
    file,
    view,
  );
  assert.ok('env' in read);
  assert.deepEqual(read.env, { N: '1.5', Y: 'true', L: '[["a","UNIQUE"]]' });
});

test('a name without a value is a problem of its variable alone', () => {
  const read = readMarathon('{"cmd": "run {{other}}",\n "env": {"A": "a",\n "B": "x-{{lost}}-{{lost}}"}}', file, {});
  assert.ok('env' in read);
  assert.deepEqual(read.env, { A: 'a' });
  const problem = read.missing.get('B');
  assert.deepEqual([problem?.path, problem?.where], ['lost', { file, line: 3, column: 10 }]);
  assert.equal(read.madeUp.get('B'), 'x-unset-unset');
});

test('what is no JSON any more is told at its place in the template', () => {
  const read = readMarathon('{"env": {{#long}}{{long}}{{/long}}\n "A" "b"}', file, { long: '{' });
  const [problem] = 'problems' in read ? read.problems : [];
  assert.deepEqual([problem?.code, problem?.where?.line, problem?.where?.column], ['json-syntax', 2, 6]);
});
