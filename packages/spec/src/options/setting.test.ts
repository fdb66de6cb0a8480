import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { OptionSchema } from './schema.ts';
import { parseSettings } from './setting.ts';

const schema: OptionSchema = {
  properties: {
    name: { type: 'string' },
    brokers: {
      type: 'object',
      properties: {
        heap: { type: 'integer' },
        share: { type: 'number' },
        tls: { type: 'boolean' },
        retention: { type: ['integer', 'string'] },
        racks: { type: 'array', items: { type: 'string' } },
      },
    },
    extra: { type: 'object', additionalProperties: { type: 'string' } },
  },
};

test('the schema tells the type of a value', () => {
  const settings = [
    'brokers.heap=512',
    'brokers.share=.5',
    'brokers.tls=true',
    'brokers.retention=9223372036854775807',
    'brokers.racks=["a","b"]',
    'name=007',
    'extra.log.retention.ms=5',
    'brokers.heap=1024',
  ];
  assert.deepEqual(parseSettings(settings, schema), {
    options: {
      brokers: { heap: 1024, share: 0.5, tls: true, retention: '9223372036854775807', racks: ['a', 'b'] },
      name: '007',
      extra: { 'log.retention.ms': '5' },
    },
  });
});

test('all wrong settings are told, each with what to write', () => {
  const wrong = ['heap', '=1', 'broker.heap=1', 'brokers.hep=1', 'brokers.heap=1.5', 'brokers.tls=yes', 'brokers=1'];
  const result = parseSettings(wrong, schema);
  assert.ok('problems' in result);
  assert.deepEqual(
    result.problems.map((problem) => `${problem.message} / ${problem.next}`),
    [
      '`heap` is not name=value / write --set name=value, as in --set a.b=3',
      '`=1` is not name=value / write --set name=value, as in --set a.b=3',
      'there is no option `broker.heap` / did you mean `brokers`?',
      'there is no option `brokers.hep` / did you mean `brokers.heap`?',
      'brokers.heap: expected a whole number, got `1.5` / write --set brokers.heap=<a whole number>',
      'brokers.tls: expected true or false, got `yes` / write --set brokers.tls=<true or false>',
      'brokers: expected a map, got `1` / write --set brokers=<a map>',
    ],
  );
});

test('law: a text arrives as it was written', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      assert.deepEqual(parseSettings([`name=${text}`], schema), { options: { name: text } });
    }),
  );
});
