import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plain } from '../output/terminal.ts';
import { optionLines, wrap } from './describe.ts';

test('options of groups by their full name, with type, default and what they are', () => {
  const schema = {
    properties: {
      brokers: {
        properties: {
          count: { type: 'integer', default: 3, description: 'How many.' },
          kind: { enum: ['a', 'b'] },
        },
      },
    },
  } as const;
  assert.deepEqual(optionLines(schema, { paint: plain, columns: 80 }), [
    'brokers.count  integer, default 3',
    '    How many.',
    'brokers.kind  a | b',
  ]);
});

test('text is wrapped between words', () => {
  assert.deepEqual(wrap('one two  three', 8), ['one two', 'three']);
  assert.deepEqual(wrap('incomprehensible', 4), ['incomprehensible']);
  assert.deepEqual(wrap('', 4), []);
});
