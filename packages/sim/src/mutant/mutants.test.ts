import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { hunt } from './hunt.ts';
import { mutants } from './mutants.ts';
import { mutate } from './plant.ts';

for (const mutant of mutants) {
  test(`${mutant.name}: what it changes is in its file exactly once`, () => {
    const source = readFileSync(new URL(`../../../${mutant.file}`, import.meta.url), 'utf8');
    assert.notEqual(mutate(mutant, source), source);
  });
}

test('a text that is not there, or there twice, is no mutant', () => {
  const mutant = { name: 'none', file: 'x.ts', find: 'a', replace: 'b' };
  assert.throws(() => mutate(mutant, 'c'), /its text is 0 times in x.ts/);
  assert.throws(() => mutate(mutant, 'a a'), /2 times/);
});

test('a planted bug is found, and nothing of it is left in this thread', async () => {
  const [, mutant] = mutants;
  assert.equal(mutant?.name, 'launch before commit');
  const { failure } = await hunt(mutant);
  assert.match(failure ?? '', /but the store says/);
});
