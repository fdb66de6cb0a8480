import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { match } from './match.ts';

const wishes = fc.array(fc.uniqueArray(fc.nat({ max: 4 }), { maxLength: 4 }), { maxLength: 5 });

/** Every way to give each need something, tried one after the other. */
const canAll = ([first, ...rest]: readonly (readonly number[])[], taken: readonly number[] = []): boolean =>
  first === undefined || first.some((thing) => !taken.includes(thing) && canAll(rest, [...taken, thing]));

test('every need gets one of its choices, none twice, exactly when that can be', () => {
  fc.assert(
    fc.property(wishes, (drawn) => {
      const found = match([...drawn.keys()], (need) => drawn[need] ?? []);
      assert.equal('chosen' in found, canAll(drawn));
      if (!('chosen' in found)) return;
      assert.equal(found.chosen.size, drawn.length);
      assert.equal(new Set(found.chosen.values()).size, drawn.length, 'nothing is given twice');
      for (const [need, thing] of found.chosen) assert.ok(drawn[need]?.includes(thing));
    }),
  );
});

test('who comes first has its first choice, unless a later need has no other', () => {
  const ask = (drawn: readonly (readonly string[])[]): unknown => {
    const found = match([...drawn.keys()], (need) => drawn[need] ?? []);
    return 'chosen' in found ? drawn.map((_, need) => found.chosen.get(need)) : found;
  };
  assert.deepEqual(
    ask([
      ['a', 'b'],
      ['a', 'b'],
    ]),
    ['a', 'b'],
  );
  assert.deepEqual(ask([['a', 'b'], ['a']]), ['b', 'a']);
  assert.deepEqual(ask([['a', 'b'], ['a'], ['b']]), { missing: 2 });
});
