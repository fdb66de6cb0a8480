import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { bandsOf } from './band.ts';
import { Layout } from './layout.ts';
import { defaultLimits, ordered, type Model } from './model.ts';
import { Racks } from './racks.ts';
import { Search, TOPICS } from './search.ts';
import { anyModel } from './test-model.ts';

const searchOf = (model: Model): Search => {
  const layout = new Layout(ordered(model));
  const racks = new Racks(layout);
  return new Search(layout, racks, bandsOf(layout, racks, defaultLimits), Infinity);
};

/** By soft goal: how far all brokers together are outside. */
const farOut = (search: Search): readonly number[] => {
  const { layout, bands } = search;
  const sums = Array.from({ length: TOPICS + 1 }, () => 0);
  layout.load.forEach((load, i) => {
    const r = Math.floor(i / layout.brokers);
    sums[r] = (sums[r] ?? 0) + search.outside(i, load);
  });
  layout.spread.forEach((n, i) => {
    sums[TOPICS] = (sums[TOPICS] ?? 0) + Math.max(0, n - (bands.topic[Math.floor(i / layout.brokers)] ?? 0));
  });
  return sums;
};

/** Is what is judged of a change what it then does? */
const agrees = (search: Search, judge: () => void, change: () => void): void => {
  const before = farOut(search);
  judge();
  const judged = [...search.change];
  change();
  farOut(search).forEach((far, g) => {
    const done = far - (before[g] ?? 0);
    assert.ok(Math.abs(done - (judged[g] ?? 0)) < 1e-6, `goal ${g}: ${judged[g]} was judged, it is ${done}`);
  });
};

test('what is judged of a move is what it then does', () => {
  fc.assert(
    fc.property(anyModel, fc.nat(), fc.nat(), (model, slotAt, brokerAt) => {
      const search = searchOf(model);
      const { layout } = search;
      fc.pre(layout.slots > 0);
      const [slot, to] = [slotAt % layout.slots, brokerAt % layout.brokers];
      fc.pre(!layout.has(layout.owner[slot] ?? 0, to));
      agrees(
        search,
        () => search.judge(slot, to),
        () => layout.move(slot, to),
      );
    }),
  );
});

test('what is judged of another leader is what that then does', () => {
  fc.assert(
    fc.property(anyModel, fc.nat(), (model, at) => {
      const search = searchOf(model);
      const { layout } = search;
      fc.pre(layout.slots > 0);
      const slot = at % layout.slots;
      fc.pre(layout.first[layout.owner[slot] ?? 0] !== slot);
      agrees(
        search,
        () => search.judgeLead(slot),
        () => layout.lead(slot),
      );
    }),
  );
});

test('what is judged of two that change places is what that then does', () => {
  fc.assert(
    fc.property(anyModel, fc.nat(), fc.nat(), (model, one, two) => {
      const search = searchOf(model);
      const { layout } = search;
      fc.pre(layout.slots > 0);
      const [slot, other] = [one % layout.slots, two % layout.slots];
      const [p, q] = [layout.owner[slot] ?? 0, layout.owner[other] ?? 0];
      const [from, to] = [layout.at[slot] ?? 0, layout.at[other] ?? 0];
      // Of one topic the two counts are not of each other; that is judged as two moves.
      fc.pre(p !== q && from !== to && layout.topic[p] !== layout.topic[q]);
      agrees(
        search,
        () => search.judgeSwap(slot, other),
        () => {
          layout.move(slot, to);
          layout.move(other, from);
        },
      );
    }),
  );
});

test('nothing goes where a disk, a maximum or a cordon forbids it', () => {
  const brokers = [
    { id: 0, diskBytes: 1_000 },
    { id: 1, diskBytes: 100 },
    { id: 2, diskBytes: 1_000, state: 'cordoned' as const },
    { id: 3, diskBytes: 1_000 },
  ];
  const partitions = [{ topic: 'a', index: 0, replicas: [0], sizeBytes: 90 }];
  const search = searchOf({ brokers, partitions });
  assert.deepEqual(
    [1, 2, 3].map((to) => search.fits(0, to)),
    [false, false, true],
  );
  const layout = new Layout({ brokers, partitions });
  const racks = new Racks(layout);
  const narrow = bandsOf(layout, racks, { ...defaultLimits, replicas: 0 });
  assert.equal(new Search(layout, racks, narrow, Infinity).fits(0, 3), false);
});
