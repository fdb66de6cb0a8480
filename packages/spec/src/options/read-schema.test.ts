import assert from 'node:assert/strict';
import test from 'node:test';
import { formatProblem } from '../problem.ts';
import { readOptionSchema } from './read-schema.ts';

const lineOf = (schema: string): string => {
  const result = readOptionSchema(schema, 'options.json');
  const [problem] = 'problems' in result ? result.problems : [];
  return problem ? (formatProblem(problem).split('\n')[0] ?? '') : 'fine';
};

test('a schema that Warder would not follow is refused', () => {
  assert.equal(lineOf('{"type": "object", "properties": {"a": {"type": "integer", "default": 1}}}'), 'fine');
  assert.match(lineOf('{"properties": {"a": {"typ": "integer"}}}'), /1:23: .*keyword `typ` \(option-schema\)/);
  assert.match(lineOf('{"properties": {"a": {"type": "int"}}}'), /there is no type the text `int`/);
  assert.match(lineOf('{"properties": {"a": {"pattern": "("}}}'), /not a regular expression/);
  assert.match(lineOf('{"required": ["b"], "properties": {"a": {}}}'), /no property `b`/);
  assert.match(lineOf('{"properties": {"a": {"allOf": []}}}'), /does not read the keyword `allOf`/);
  assert.match(lineOf('{"type": "string"}'), /are a map/);
  assert.match(lineOf('{"properties": {"uid": {}}}'), /\{\{uid\}\}/);
});

test('a default must follow its own schema', () => {
  assert.match(lineOf('{"properties": {"a": {"type": "integer", "default": "1"}}}'), /1:53: .*whole number/);
  const group = '{"properties": {"a": {"type": "object", "default": {}, "required": ["b"], "properties": {"b": {}}}}}';
  assert.equal(lineOf(group), 'fine', 'what has no default is for the user to give');
});
