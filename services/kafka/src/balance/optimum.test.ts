/** What is proposed, against the best that there is. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { bandsOf } from './band.ts';
import { lowerBound } from './bound.ts';
import { compare, distances } from './distance.ts';
import { generated, type Generated } from './generator.ts';
import { Layout } from './layout.ts';
import { defaultLimits, ordered, type Model } from './model.ts';
import { applied } from './proposal.ts';
import { Racks } from './racks.ts';
import { Search } from './search.ts';
import { bestOfAll } from './test-exhaustive.ts';
import { fewestMoves } from './test-flow.ts';
import { proposed } from './test-model.ts';

const searchOf = (model: Model): Search => {
  const layout = new Layout(ordered(model));
  const racks = new Racks(layout);
  return new Search(layout, racks, bandsOf(layout, racks, defaultLimits), Infinity);
};

const flat = (model: Model): Model => ({
  ...model,
  partitions: model.partitions.map((each) => ({ ...each, sizeBytes: 1, inBytes: 0, outBytes: 0 })),
});

const shapes: readonly Partial<Generated>[] = [
  { brokers: 6, racks: 6, replicas: 120, topics: 5, copies: [2, 2] },
  { brokers: 6, racks: 3, replicas: 120, topics: 5, copies: [3, 3] },
  { brokers: 8, racks: 4, replicas: 180, topics: 8, copies: [1, 3], placed: 'exponential' },
  { brokers: 9, racks: 3, replicas: 180, topics: 8, copies: [2, 3], rackAware: false },
  { brokers: 8, racks: 2, replicas: 160, topics: 8, copies: [3, 3], rackAware: false },
  { brokers: 9, racks: 3, rackFactor: 3, replicas: 180, topics: 8, copies: [2, 2] },
  { brokers: 6, fresh: 2, racks: 4, replicas: 160, topics: 8, copies: [2, 2], placed: 'uniform' },
];

test('where only numbers of replicas count, hardly more are moved than the fewest there can be', (t) => {
  let [moved, fewest, worst, compared] = [0, 0, 1, 0];
  for (const shape of shapes) {
    for (let seed = 1; seed <= 4; seed += 1) {
      const model = flat(generated({ ...shape, seed }));
      const { layout, racks, bands } = searchOf(model);
      const least = Array.from({ length: layout.brokers }, (_, b) => Math.ceil((bands.low[b] ?? 0) - 1e-9));
      const most = Array.from({ length: layout.brokers }, (_, b) => Math.floor((bands.high[b] ?? 0) + 1e-9));
      const best = fewestMoves(layout, racks, least, most);
      const { bytes, goals } = proposed(model);
      // The search reaches whatever the exact one reaches.
      const reached = goals.every(({ goal, after }) => after.outside === 0 || goal === 'leaders' || goal === 'topics');
      if (best === undefined) continue;
      assert.ok(reached, `${JSON.stringify(shape)} seed ${seed}: ${JSON.stringify(goals)}`);
      assert.ok(bytes >= best, 'the exact one is exact');
      [moved, fewest, compared] = [moved + bytes, fewest + best, compared + 1];
      if (best > 0) worst = Math.max(worst, bytes / best);
    }
  }
  t.diagnostic(`${compared} clusters: ${moved} replicas moved, ${fewest} at least; the worst ${worst.toFixed(3)}`);
  assert.ok(compared >= 20, `only ${compared} could be compared`);
  assert.ok(moved <= 1.05 * fewest && worst <= 1.2, `${moved} of ${fewest}, the worst ${worst}`);
});

test('of clusters so small that all layouts can be looked at, few are left farther from the best one than need be', (t) => {
  let [same, near, clusters, bytes, best] = [0, 0, 0, 0, 0];
  for (let seed = 1; seed <= 40; seed += 1) {
    const tail = seed % 2 === 0 ? 'exponential' : 'pareto';
    const copies: readonly [number, number] = seed % 3 === 0 ? [2, 2] : [1, 2];
    const model = generated({ seed, brokers: 3 + (seed % 2), racks: 3, replicas: 7, topics: 2, copies, tail });
    const search = searchOf(model);
    const optimum = bestOfAll(search);
    const start = distances(search);
    const bound = lowerBound(search);
    const proposal = proposed(model);
    const end = new Layout(ordered(applied(model, proposal)));
    search.layout.restore(end.at);
    const far = distances(search);
    assert.ok(compare(optimum.far, far) <= 0, `seed ${seed}: the best is the best`);
    assert.ok(compare(far, start) <= 0, `seed ${seed}: it is not worse than before`);
    if (optimum.far.every((each) => each === 0))
      assert.ok(optimum.bytes >= bound - 1e-6, `seed ${seed}: no plan is below the bound`);
    clusters += 1;
    if (compare(optimum.far, far) === 0) {
      same += 1;
      [bytes, best] = [bytes + proposal.bytes, best + optimum.bytes];
    }
    if ((far[0] ?? 0) <= (optimum.far[0] ?? 0) + 0.25) near += 1;
  }
  t.diagnostic(
    `${same} of ${clusters} the best in all goals, ${near} near it in disk; bytes ${(bytes / best).toFixed(3)} of the best`,
  );
  assert.ok(near >= 0.8 * clusters, `${near} of ${clusters}`);
});
