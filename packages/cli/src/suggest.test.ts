import assert from 'node:assert/strict';
import { test } from 'node:test';
import { editDistance, nearest } from './suggest.ts';

test('a swap, a wrong, a missing and a superfluous letter count one each', () => {
  assert.deepEqual(
    ['lsit', 'lost', 'lis', 'liist', 'list'].map((word) => editDistance(word, 'list')),
    [1, 1, 1, 1, 0],
  );
});

test('the nearest, when it is near', () => {
  assert.equal(nearest('pakage', ['server', 'package', 'service']), 'package');
  assert.equal(nearest('zookeeper', ['server', 'package']), undefined);
  assert.equal(nearest('x', []), undefined);
});
