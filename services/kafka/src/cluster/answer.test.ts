import assert from 'node:assert/strict';
import test from 'node:test';
import { allAnswers, firstAnswers } from './answer.ts';

const ask = async (each: number): Promise<number> => {
  if (each % 2 === 1) throw new Error(`${each} is odd`);
  return each * 10;
};

test('asking goes on until enough have answered', async () => {
  const { given, failed } = await firstAnswers([1, 2, 3, 4, 6], 2, ask);
  assert.deepEqual(
    given.map((each) => each.answer).toSorted((a, b) => a - b),
    [20, 40],
  );
  assert.deepEqual(failed.map((each) => each.why).toSorted(), ['1 is odd', '3 is odd']);
});

test('fewer answers than wanted are what there is', async () => {
  const { given, failed } = await firstAnswers([1, 2, 3], 2, ask);
  assert.equal(given.length, 1);
  assert.equal(failed.length, 2);
  assert.deepEqual(await firstAnswers([], 2, ask), { given: [], failed: [] });
});

test('all are asked, no more than eight at a time', async () => {
  let now = 0;
  let most = 0;
  const { given } = await allAnswers(
    Array.from({ length: 30 }, (_, each) => each),
    async (each) => {
      now += 1;
      most = Math.max(most, now);
      await new Promise((resolve) => setTimeout(resolve, 1));
      now -= 1;
      return each;
    },
  );
  assert.equal(given.length, 30);
  assert.equal(most, 8);
});
