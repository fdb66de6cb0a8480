import assert from 'node:assert/strict';
import test from 'node:test';
import { formatProblem, object, optional, readText, record, required, text, wholeNumber } from '../file.ts';

const shape = object({
  things: required(
    record(object({ size: optional(wholeNumber({ min: 1 }), 'how large'), color: optional(text(), 'which') }), {
      what: 'thing',
    }),
    'by name',
  ),
});

test('a text of a shape is read, as YAML or as JSON', () => {
  for (const given of ['things:\n  a: {size: 3}\n', '{"things": {"a": {"size": 3}}}']) {
    const read = readText(shape, given, 'x.yml');
    assert.ok('value' in read);
    assert.deepEqual([...read.value.things], [['a', { size: 3 }]]);
  }
});

test('everything that is wrong is told, each at its place', () => {
  const read = readText(shape, 'things:\n  a:\n    sise: 3\n  b: {size: none}\n', 'x.yml');
  assert.ok('problems' in read);
  assert.deepEqual(read.problems.map(formatProblem), [
    'x.yml:3:5: things.a.sise: there is no key `sise` here (unknown-key)\n  next: did you mean `size`?',
    'x.yml:4:13: things.b.size: expected a whole number, got `none` (wrong-type)\n  next: write a whole number',
  ]);
  const broken = readText(shape, 'things: [', 'x.yml');
  assert.ok('problems' in broken);
  assert.equal(broken.problems[0]?.code, 'yaml-syntax');
  assert.ok('problems' in readText(shape, '', 'x.yml'));
});

test('what is found out later has its place too', () => {
  const read = readText(shape, 'things:\n  a:\n    size: 3\n', 'x.yml');
  assert.ok('value' in read);
  const problem = read.problemAt(['things', 'a', 'size'], { code: 'conflict', message: 'too much', next: 'less' });
  assert.deepEqual(problem.where, { file: 'x.yml', line: 3, column: 5 });
  assert.deepEqual(read.problemAt(['things', 'a', 'color'], { code: 'conflict', message: 'x', next: 'y' }).where, {
    file: 'x.yml',
    line: 2,
    column: 3,
  });
});
