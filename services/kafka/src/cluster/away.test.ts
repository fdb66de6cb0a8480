import assert from 'node:assert/strict';
import test from 'node:test';
import { awayOf, type AwayInput } from './away.ts';
import type { Member } from './member.ts';

const member = (id: number, change: Partial<Member> = {}): Member => ({
  id,
  instance: `broker-${id}`,
  launched: true,
  address: { host: 'host', port: 9000 + id },
  ...change,
});

const textsOf = (change: Partial<AwayInput>): readonly string[] =>
  awayOf({
    broker: 0,
    gone: new Set(),
    others: [member(1), member(2)],
    view: { up: new Set([0, 1, 2]), fenced: new Set() },
    pings: { given: [], failed: [] },
    ...change,
  }).map(({ text }) => text);

test('a broker that is fenced, left, or does not answer is away', () => {
  assert.deepEqual(textsOf({}), []);
  assert.deepEqual(textsOf({ view: { up: new Set([0, 2]), fenced: new Set([1]) } }), ['broker-1 is fenced']);
  assert.deepEqual(textsOf({ view: { up: new Set([0, 1]), fenced: new Set() } }), ['broker-2 is not in the cluster']);
  assert.deepEqual(textsOf({ pings: { given: [], failed: [{ from: member(2), why: 'refused' }] } }), [
    'broker-2 does not answer (refused)',
  ]);
});

test('what the cluster still counts on is away when nothing of it runs', () => {
  const ghost = ['broker-2 is in the cluster still, and nothing of it runs'];
  assert.deepEqual(textsOf({ others: [member(1), member(2, { launched: false })] }), ghost, 'it is being replaced');
  const { address: _address, ...homeless } = member(2);
  assert.deepEqual(textsOf({ others: [member(1), homeless] }), ghost, 'it has no place');
  assert.deepEqual(textsOf({ others: [member(1)] }), ghost, 'it was taken away');
  assert.deepEqual(textsOf({ others: [member(1)], gone: new Set([2]) }), [], 'it goes together with this one');
});

test('a broker that was never started is not missed', () => {
  const others = [member(1), member(2, { launched: false })];
  assert.deepEqual(textsOf({ others, view: { up: new Set([0, 1]), fenced: new Set() } }), []);
});
