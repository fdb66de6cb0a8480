import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hasInstance, instancesOf } from './instance.ts';

const pod = fc.record({
  count: fc.nat(12),
  retired: fc.option(fc.uniqueArray(fc.nat(20), { maxLength: 8 }), { nil: undefined }),
});
const plain = ({ count, retired }: { readonly count: number; readonly retired: readonly number[] | undefined }) =>
  retired === undefined ? { count } : { count, retired };

test('instances are numbered from 0 on, without the retired numbers', () => {
  assert.deepEqual(instancesOf({ count: 3 }), [0, 1, 2]);
  assert.deepEqual(instancesOf({ count: 3, retired: [1] }), [0, 2, 3]);
  assert.deepEqual(instancesOf({ count: 2, retired: [0, 1, 3, 9] }), [2, 4]);
  assert.deepEqual(instancesOf({ count: 0, retired: [1] }), []);
});

test('law: there are as many as the count says, in order, and none of them is retired', () => {
  fc.assert(
    fc.property(pod, (drawn) => {
      const numbers = instancesOf(plain(drawn));
      assert.equal(numbers.length, drawn.count);
      assert.deepEqual(
        numbers,
        numbers.toSorted((a, b) => a - b),
      );
      for (const number of numbers) assert.ok(drawn.retired?.includes(number) !== true);
    }),
  );
});

test('law: an instance is there exactly when it is one of them', () => {
  fc.assert(
    fc.property(pod, fc.integer({ min: -2, max: 40 }), (drawn, index) => {
      assert.equal(hasInstance(plain(drawn), index), instancesOf(plain(drawn)).includes(index));
    }),
  );
  assert.equal(hasInstance(undefined, 0), false);
});

test('law: who retires one, and wants one less, keeps all the others', () => {
  fc.assert(
    fc.property(
      pod.filter(({ count }) => count > 0),
      fc.nat(),
      (drawn, pick) => {
        const before = instancesOf(plain(drawn));
        const gone = before[pick % before.length] ?? 0;
        const after = instancesOf({ count: drawn.count - 1, retired: [...(drawn.retired ?? []), gone] });
        assert.deepEqual(
          after,
          before.filter((index) => index !== gone),
        );
      },
    ),
  );
});
