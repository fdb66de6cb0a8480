import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { nearest } from './nearest.ts';

test('a slip of the finger finds its name, another word does not', () => {
  const keys = ['count', 'placement', 'resource-sets', 'tasks'];
  assert.equal(nearest('cuont', keys), 'count');
  assert.equal(nearest('Resource-Set', keys), 'resource-sets');
  assert.equal(nearest('task', keys), 'tasks');
  assert.equal(nearest('networks', keys), undefined);
  assert.equal(nearest('', keys), undefined);
});

test('law: a name that is there is its own nearest', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1 }), { minLength: 1 }), (names) => {
      const [first = ''] = names;
      assert.equal(nearest(first, names)?.toLowerCase(), first.toLowerCase());
    }),
  );
});
