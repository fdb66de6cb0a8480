import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from './random.ts';

const draw = (random: Random, count: number): readonly number[] => Array.from({ length: count }, () => random.next());

test('the same seed gives the same numbers, another seed others', () => {
  assert.deepEqual(draw(new Random(3), 5), draw(new Random(3), 5));
  assert.notDeepEqual(draw(new Random(3), 5), draw(new Random(4), 5));
});

test('numbers lie where they should and are spread', () => {
  const random = new Random(1);
  const seen = new Set<number>();
  for (let at = 0; at < 1_000; at += 1) seen.add(random.between(2, 6));
  assert.deepEqual(
    [...seen].toSorted((a, b) => a - b),
    [2, 3, 4, 5, 6],
  );
  const mean = draw(random, 10_000).reduce((sum, value) => sum + value, 0) / 10_000;
  assert.ok(Math.abs(mean - 0.5) < 0.02, `the mean is ${mean}`);
});

test('a fork goes its own way, and drawing from it does not move the other', () => {
  const left = new Random(5);
  const right = new Random(5);
  draw(left.fork(), 10);
  right.fork();
  assert.deepEqual(draw(left, 3), draw(right, 3));
});
