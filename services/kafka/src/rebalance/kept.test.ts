import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brokersIn, partition } from '../balance/test-model.ts';
import { changes, held, holdsMs, keep } from './kept.ts';
import { boundedMoves, madeOf, type Look } from './made.ts';
import { readAsked, readRate } from './wish.ts';

const replicas = [
  [0, 1],
  [1, 0],
  [0, 1],
  [1, 0],
];
const model = {
  brokers: brokersIn('abc', { diskBytes: 1e9 }),
  partitions: replicas.map((own, index) => partition(index, own, 1_000_000)),
  leaders: new Map<string, number>(),
  notes: [],
};

const look = (): Look => {
  const made = madeOf({ model, asked: readAsked({}) });
  assert.ok(!('refused' in made) && made.moves.length > 0);
  return made;
};

const now = {
  partitions: replicas.map((own, index) => ({ topic: 'orders', index, replicas: own, isr: own, leader: own[0] ?? -1 })),
  up: new Set([0, 1, 2]),
};

test('a proposal holds while every partition has its replicas and the targets are there', () => {
  const own = look();
  assert.deepEqual(changes(own, now), []);
  const moved = own.moves[0]?.index ?? -1;
  const other = now.partitions.map((each) => (each.index === moved ? { ...each, replicas: [2, 0] } : each));
  assert.match(
    changes(own, { ...now, partitions: other }).join(),
    new RegExp(`^other replicas than before: orders-${moved}$`),
  );
  const gone = now.partitions.filter(({ index }) => index !== moved);
  assert.match(changes(own, { ...now, partitions: gone }).join(), new RegExp(`^gone: orders-${moved}$`));
  assert.match(changes(own, { ...now, up: new Set([0, 1]) }).join(), /^broker 2 not in the cluster any more$/);
});

test('it is given again for so long, once it does not hold it is forgotten', () => {
  const own = look();
  keep('a', own, 0, []);
  assert.equal(held('a', now, 1_000).look, own);
  assert.equal(held('b', now, 1_000).look, undefined);
  assert.match(held('a', { ...now, up: new Set([0, 1]) }, 2_000).changed.join(), /broker 2/);
  assert.deepEqual(held('a', now, 3_000), { changed: [] });
  keep('a', own, 3_000, ['broker 2']);
  assert.deepEqual(held('a', now, 4_000).changed, ['broker 2'], 'whoever looks next is told, too');
  keep('a', { ...own, phases: [] }, 5_000, []);
  assert.equal(held('a', now, 5_000).look, undefined, 'how things are now is looked at anew');
  keep('a', own, 0, []);
  assert.match(held('a', now, holdsMs + 1).changed.join(), /too long ago/);
  for (let other = 0; other < 8; other += 1) keep(`other ${other}`, own, 0, []);
  keep('a', own, 0, []);
  assert.equal(held('other 0', now, 1).look, undefined, 'the oldest made room');
});

test('one run takes whole batches up to its bound, and the first in any case', () => {
  const batch = (count: number) => ({
    moves: Array.from({ length: count }, (_, index) => ({ topic: 'a', index, from: [0], to: [1], bytes: 1 })),
    bytes: count,
    seconds: 1,
    tight: [],
  });
  assert.equal(boundedMoves([batch(5), batch(6)]).length, 11);
  assert.equal(boundedMoves([batch(19_999), batch(2), batch(1)]).length, 19_999);
  assert.equal(boundedMoves([batch(30_000)]).length, 30_000);
  assert.equal(boundedMoves(Array.from({ length: 3_000 }, () => batch(1))).length, 2_000);
});

test('parameters are checked', () => {
  assert.deepEqual(readAsked({ brokers: '4, 3,4', band: '5', throttle: '50M', copies: '2' }), {
    wish: { kind: 'fill', brokers: [3, 4] },
    band: 0.05,
    copies: 2,
    moves: 1_000,
    throttle: 50_000_000,
  });
  assert.deepEqual(readAsked({ empty: '2', throttle: 'none' }).wish, { kind: 'empty', brokers: [2] });
  assert.equal(readAsked({ throttle: 'none' }).throttle, 'none');
  assert.deepEqual(readAsked({ repair_racks: 'true' }).wish, { kind: 'repair-racks' });
  assert.equal(readRate('1.5GiB/s'), 1_610_612_736);
  assert.equal(readRate('64 mib'), 67_108_864);
  const wrong: readonly Readonly<Record<string, string>>[] = [
    { brokers: '3', empty: '2' },
    { brokers: 'three' },
    { band: '0' },
    { copies: '1.5' },
    { throttle: 'fast' },
    { throttle: '10' },
    { repair_racks: 'yes' },
  ];
  for (const params of wrong) assert.throws(() => readAsked(params), { code: 'param-invalid' }, JSON.stringify(params));
});
