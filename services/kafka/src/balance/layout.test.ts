import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { Layout } from './layout.ts';
import { ordered } from './model.ts';
import { anyModel } from './test-model.ts';

/** Any moves and changes of leaders that leave replicas on different brokers. */
const shaken = (layout: Layout, dice: readonly (readonly [number, number])[]): void => {
  for (const [slotAt, brokerAt] of dice) {
    if (layout.slots === 0) return;
    const [slot, to] = [slotAt % layout.slots, brokerAt % layout.brokers];
    const p = layout.owner[slot] ?? 0;
    if (!layout.has(p, to)) layout.move(slot, to);
    else if (layout.first[p] !== slot) layout.lead(slot);
  }
};

const dice = fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 40 });

const close = (one: Float64Array, other: Float64Array): void =>
  one.forEach((value, i) => assert.ok(Math.abs(value - (other[i] ?? 0)) < 1e-6, `${i}: ${value} and ${other[i]}`));

test('loads after any changes are those of a cluster that was so from the start', () => {
  fc.assert(
    fc.property(anyModel, dice, (model, changes) => {
      const layout = new Layout(ordered(model));
      shaken(layout, changes);
      const replicasOf = (p: number): readonly number[] =>
        Array.from(layout.at.subarray(layout.first[p], layout.first[p + 1]), (b) => layout.model.brokers[b]?.id ?? -1);
      const partitions = layout.model.partitions.map((each, p) => ({ ...each, replicas: replicasOf(p) }));
      const fresh = new Layout({ ...layout.model, partitions });
      close(layout.load, fresh.load);
      assert.deepEqual(layout.spread, fresh.spread);
      for (const [b, held] of layout.held.entries())
        assert.deepEqual(new Set(held), new Set(fresh.held[b]), `broker ${b}`);
    }),
  );
});

test('what was changed can be restored', () => {
  fc.assert(
    fc.property(anyModel, dice, (model, changes) => {
      const layout = new Layout(ordered(model));
      const load = layout.load.slice();
      shaken(layout, changes);
      layout.restore(layout.origin);
      assert.deepEqual(layout.at, layout.origin);
      close(layout.load, load);
    }),
  );
});

test('a move costs nothing when the replica is moved anyway, and less than nothing on the way back', () => {
  const brokers = [0, 1, 2].map((id) => ({ id }));
  const layout = new Layout({ brokers, partitions: [{ topic: 'a', index: 0, replicas: [0], sizeBytes: 7 }] });
  assert.equal(layout.cost(0, 1), 7);
  layout.move(0, 1);
  assert.equal(layout.cost(0, 2), 0);
  assert.equal(layout.cost(0, 0), -7);
});

test('a partition is lost when nothing can be copied from any of its brokers', () => {
  const brokers = [
    { id: 0, state: 'broken' as const },
    { id: 1, state: 'leaving' as const },
  ];
  const partitions = [
    { topic: 'a', index: 0, replicas: [0] },
    { topic: 'a', index: 1, replicas: [0, 1] },
  ];
  assert.deepEqual([...new Layout({ brokers, partitions }).lost], [1, 0]);
});
