import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { Layout } from './layout.ts';
import { Racks, rackRange } from './racks.ts';
import { anyModel } from './test-model.ts';
import { ordered } from './model.ts';

const range = (members: readonly number[], replicas: number) => {
  const { least, most } = rackRange(Int32Array.from(members), replicas);
  return { least: [...least], most: [...most] };
};

test('with fewer replicas than racks no rack has two', () => {
  assert.deepEqual(range([4, 4, 4], 2), { least: [0, 0, 0], most: [1, 1, 1] });
});

test('with as many replicas as racks each rack has one, however many brokers it has', () => {
  assert.deepEqual(range([1, 5, 9], 3), { least: [1, 1, 1], most: [1, 1, 1] });
});

test('with more replicas than racks they are spread as evenly as brokers allow', () => {
  assert.deepEqual(range([4, 4], 3), { least: [1, 1], most: [2, 2] });
  assert.deepEqual(range([1, 4, 4], 5), { least: [1, 2, 2], most: [1, 2, 2] });
  assert.deepEqual(range([1, 4, 4], 6), { least: [1, 2, 2], most: [1, 3, 3] });
});

test('a rack without brokers has nothing', () => {
  assert.deepEqual(range([0, 3, 3], 3), { least: [0, 1, 1], most: [0, 2, 2] });
});

test('what racks must and may have leaves room for exactly the replicas there are', () => {
  const racks = fc.array(fc.nat(6), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(racks, fc.integer({ min: 1, max: 8 }), (members, replicas) => {
      const brokers = members.reduce((sum, n) => sum + n, 0);
      fc.pre(brokers >= replicas);
      const { least, most } = range(members, replicas);
      const sum = (all: readonly number[]): number => all.reduce((a, b) => a + b, 0);
      assert.ok(sum(least) <= replicas && replicas <= sum(most));
      members.forEach((n, k) =>
        assert.ok(0 <= (least[k] ?? 0) && (least[k] ?? 0) <= (most[k] ?? 0) && (most[k] ?? 0) <= n),
      );
    }),
  );
});

test('what a move changes is the difference of the faults before and after', () => {
  fc.assert(
    fc.property(anyModel, fc.nat(), fc.nat(), (model, slotAt, brokerAt) => {
      const layout = new Layout(ordered(model));
      fc.pre(layout.slots > 0);
      const racks = new Racks(layout);
      const [slot, to] = [slotAt % layout.slots, brokerAt % layout.brokers];
      const p = layout.owner[slot] ?? 0;
      fc.pre(!layout.has(p, to));
      // With too few brokers for its replicas a partition is never well, and faults are not counted one by one.
      fc.pre(layout.copies(p) <= racks.brokers);
      const change = racks.change(slot, to);
      const before = racks.faults(p);
      layout.move(slot, to);
      assert.equal(change, racks.faults(p) - before);
    }),
    { numRuns: 500 },
  );
});
