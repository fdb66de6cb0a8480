import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { mutate } from '@warder/sim/kit';
import { mutants } from './mutants.ts';

for (const mutant of mutants) {
  test(`${mutant.name}: what it changes is in its file exactly once`, () => {
    const source = readFileSync(new URL(`../../../${mutant.file}`, import.meta.url), 'utf8');
    assert.notEqual(mutate(mutant, source), source);
  });
}
