import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { formatProblem } from '../problem.ts';
import { mergeOptions, resolveOptions } from './resolve.ts';
import type { OptionSchema } from './schema.ts';

const schema: OptionSchema = {
  type: 'object',
  properties: {
    brokers: {
      type: 'object',
      properties: {
        count: { type: 'integer', default: 3, minimum: 1, maximum: 100 },
        heap: { type: 'integer' },
        mode: { enum: ['combined', 'separate'], type: 'string', default: 'separate' },
        retention: { type: ['integer', 'string'], minimum: -1, pattern: '^-?[0-9]+$', default: -1 },
        racks: { type: 'array', items: { type: 'string' }, default: [] },
      },
    },
    extra: { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean'] } },
    tls: { type: 'object', required: ['secret'], properties: { secret: { type: 'string' } } },
  },
};

const linesOf = (given: unknown, text?: string, of = schema): readonly string[] => {
  const result = resolveOptions(of, given, text === undefined ? undefined : { text, file: 'o.json' });
  return 'problems' in result ? result.problems.map((problem) => formatProblem(problem)) : [];
};

test('defaults are filled in at every depth; what needs something stays away', () => {
  assert.deepEqual(resolveOptions(schema, { brokers: { heap: 512 }, extra: { 'a.b': 1 } }), {
    options: {
      brokers: { count: 3, heap: 512, mode: 'separate', retention: -1, racks: [] },
      extra: { 'a.b': 1 },
    },
  });
});

test('null takes an option back to its default', () => {
  const result = resolveOptions(schema, { brokers: { count: null, heap: null }, tls: null });
  assert.ok('options' in result);
  assert.deepEqual(result.options['brokers'], { count: 3, mode: 'separate', retention: -1, racks: [] });
});

test('problems say expected and got, at their place in the file, in its order', () => {
  const text = `{
  "brokers": {
    "count": "three",
    "hep": 1,
    "mode": "combine",
    "heap": 1.5
  },
  "tls": {}
}`;
  assert.deepEqual(linesOf(JSON.parse(text), text), [
    'o.json:3:14: brokers.count: expected a whole number, got the text `three` (wrong-type)\n  next: give a whole number',
    'o.json:4:5: brokers.hep: there is no such option (unknown-key)\n  next: did you mean `heap`?',
    'o.json:5:13: brokers.mode: the text `combine` is not one of `combined`, `separate` (out-of-range)\n  next: did you mean `combined`?',
    'o.json:6:13: brokers.heap: expected a whole number, got `1.5` (wrong-type)\n  next: give a whole number',
    'o.json:8:3: tls.secret: is needed, and has no default (missing)\n  next: give it: a text',
  ]);
});

test('without a file problems still name their option', () => {
  assert.deepEqual(linesOf({ brokers: { count: 0, racks: ['a', 1] } }), [
    'brokers.count: must be at least 1, got 0 (out-of-range)\n  next: give a number of at least 1',
    'brokers.racks[1]: expected a text, got `1` (wrong-type)\n  next: give a text',
  ]);
  assert.match(linesOf([])[0] ?? '', /expected a map, got a list/);
});

test('64-bit numbers are taken as text, within their limits', () => {
  assert.deepEqual(linesOf({ brokers: { retention: '9223372036854775807' } }), []);
  assert.match(linesOf({ brokers: { retention: '-9223372036854775807' } })[0] ?? '', /must be at least -1/);
  assert.match(linesOf({ brokers: { retention: 'long' } })[0] ?? '', /does not match/);
  assert.match(linesOf({ brokers: { heap: '9223372036854775807' } })[0] ?? '', /too large to be kept exactly/);
});

test('what is required at the top is asked for', () => {
  const needy: OptionSchema = { required: ['tls'], properties: schema.properties ?? {} };
  assert.match(linesOf({}, undefined, needy)[0] ?? '', /^tls\.secret: is needed/);
});

test('options laid over others merge maps and replace the rest', () => {
  const base = { a: { b: 1, c: [1, 2] }, d: 1 };
  assert.deepEqual(mergeOptions(base, { a: { c: [3] }, e: null }), { a: { b: 1, c: [3] }, d: 1, e: null });
});

test('names of objects’ own parts are ordinary names', () => {
  const hostile: unknown = JSON.parse('{"extra": {"__proto__": "x", "constructor": "y"}}');
  const result = resolveOptions(schema, hostile);
  assert.ok('options' in result);
  assert.deepEqual(Object.keys(result.options['extra'] ?? {}), ['__proto__', 'constructor']);
  assert.equal(linesOf(JSON.parse('{"__proto__": 1}')).length, 1);
});

const options = fc.record(
  {
    brokers: fc.record(
      {
        count: fc.oneof(fc.integer({ min: 1, max: 100 }), fc.constant(null)),
        heap: fc.integer(),
        mode: fc.constantFrom('combined', 'separate'),
        racks: fc.array(fc.string()),
      },
      { requiredKeys: [] },
    ),
    extra: fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.boolean(), fc.integer())),
    tls: fc.record({ secret: fc.string() }),
  },
  { requiredKeys: [] },
);

test('law: resolving twice is resolving once', () => {
  fc.assert(
    fc.property(options, (given) => {
      const once = resolveOptions(schema, given);
      assert.ok('options' in once);
      assert.deepEqual(resolveOptions(schema, once.options), once);
    }),
  );
});

test('law: anything at all is resolved or refused, never thrown at', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (given) => {
      const result = resolveOptions(schema, given);
      assert.ok('options' in result || result.problems.length > 0);
    }),
  );
});
