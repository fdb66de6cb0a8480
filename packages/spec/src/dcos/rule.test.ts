import assert from 'node:assert/strict';
import test from 'node:test';
import { breachOf, withBranchDefaults } from './rule.ts';

const keywordOf = (schema: unknown, value: unknown): string | undefined => breachOf(schema, value)?.keyword;

test('each rule accepts and refuses', () => {
  const rows: readonly (readonly [object, unknown, unknown])[] = [
    [{ type: ['integer', 'string'] }, 1, true],
    [{ enum: [1, [2]] }, [2], 2],
    [{ const: 'a' }, 'a', 'b'],
    [{ pattern: '^a' }, 'ab', 'b'],
    [{ minimum: 1 }, 1, 0],
    [{ minimum: 1, exclusiveMinimum: true }, 2, 1],
    [{ exclusiveMaximum: 3 }, 2, 3],
    [{ multipleOf: 5 }, 10, 12],
    [{ minLength: 2 }, 'ab', 'a'],
    [{ maxItems: 1 }, [1], [1, 2]],
    [{ uniqueItems: true }, [1, 2], [1, 1]],
    [{ required: ['a'] }, { a: 1 }, { b: 1 }],
    [{ anyOf: [{ type: 'string' }, { minimum: 5 }] }, 6, 4],
    [{ oneOf: [{ minimum: 5 }, { maximum: 7 }] }, 8, 6],
    [{ not: { const: 1 } }, 2, 1],
    [{ allOf: [{ minimum: 1 }, { maximum: 2 }] }, 2, 3],
    [{ dependencies: { a: ['b'] } }, { a: 1, b: 1 }, { a: 1 }],
    [{ dependencies: { a: { properties: { b: { const: 1 } } } } }, { b: 2 }, { a: 1, b: 2 }],
    [{ properties: { a: {} }, additionalProperties: false }, { a: 1 }, { b: 1 }],
    [{ additionalProperties: { type: 'string' } }, { a: 'x' }, { a: 1 }],
    [{ minProperties: 1 }, { a: 1 }, {}],
    [{ type: ['string', 'null'] }, null, 1],
    [{ items: { type: 'string' } }, ['a'], [1]],
    [{ items: [{ type: 'string' }] }, ['a', 1], [1]],
  ];
  for (const [schema, good, bad] of rows) {
    assert.equal(keywordOf(schema, good), undefined, JSON.stringify(schema));
    assert.ok(keywordOf(schema, bad), JSON.stringify(schema));
  }
});

test('a breach says where', () => {
  const breach = breachOf({ properties: { a: { properties: { b: { maximum: 1 } } } } }, { a: { b: 2 } });
  assert.deepEqual([breach?.path, breach?.keyword], [['a', 'b'], 'maximum']);
});

test('defaults of a branch are filled in while it holds', () => {
  const on = { properties: { enabled: { enum: [true] }, port: { default: 5 } } };
  const schema = {
    properties: { tls: { dependencies: { enabled: { oneOf: [{ properties: { enabled: { enum: [false] } } }, on] } } } },
  };
  assert.deepEqual(withBranchDefaults(schema, { tls: { enabled: true } }), { tls: { enabled: true, port: 5 } });
  assert.deepEqual(withBranchDefaults(schema, { tls: { enabled: true, port: 6 } }), {
    tls: { enabled: true, port: 6 },
  });
  assert.deepEqual(withBranchDefaults(schema, { tls: { enabled: false } }), { tls: { enabled: false } });
  assert.deepEqual(withBranchDefaults(schema, { tls: {} }), { tls: {} });
});
