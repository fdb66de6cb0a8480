import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkWhere, isThere, whereText } from './where.ts';

const [one, two] = [{ hostname: 'agent-1' }, { hostname: 'agent-2' }];

test('on one agent alone, on all but one, or anywhere', () => {
  const on = { on: 'agent-1' };
  const notOn = { notOn: 'agent-1' };
  assert.deepEqual([isThere(one, on), isThere(two, on)], [true, false]);
  assert.deepEqual([isThere(one, notOn), isThere(two, notOn)], [false, true]);
  assert.deepEqual([isThere(one, {}), isThere(two, {})], [true, true]);
  assert.deepEqual([whereText(on), whereText(notOn), whereText({})], ['on agent-1', 'not on agent-1', undefined]);
});

test('it is a check of its own, with its reason; where it may be anywhere, there is none', () => {
  assert.deepEqual(checkWhere(one, {}), []);
  const [check] = checkWhere(one, { notOn: 'agent-1' });
  assert.equal(check?.passed, false);
  assert.equal(check?.reason(), 'it is to be not on agent-1');
});
