import assert from 'node:assert/strict';
import test from 'node:test';
import { generated, type Generated } from './generator.ts';
import { impossible, type Model } from './model.ts';

const small: Partial<Generated> = { brokers: 20, racks: 5, replicas: 6_000, topics: 50 };

const countOn = (model: Model, id: number): number =>
  model.partitions.filter(({ replicas }) => replicas.includes(id)).length;

test('the same seed gives the same cluster, another one another', () => {
  assert.deepEqual(generated(small), generated(small));
  assert.notDeepEqual(generated(small), generated({ ...small, seed: 2 }));
});

test('what is generated can be, in all shapes', () => {
  for (const placed of ['uniform', 'linear', 'exponential'] as const) {
    for (const tail of ['exponential', 'pareto'] as const) {
      const model = generated({
        ...small,
        placed,
        tail,
        copies: [1, 4],
        tiny: 100,
        fresh: 2,
        broken: 3,
        rackFactor: 3,
      });
      assert.deepEqual(impossible(model), []);
      assert.equal(model.brokers.length, 22);
      assert.equal(model.brokers.filter(({ state }) => state === 'broken').length, 3);
      assert.equal(new Set(model.brokers.map(({ rack }) => rack)).size, 5);
      assert.deepEqual([countOn(model, 20), countOn(model, 21)], [0, 0]);
      assert.equal(model.partitions.filter(({ topic }) => topic.startsWith('tiny-')).length, 100);
    }
  }
});

test('replicas are placed by their chances, and in different racks when wanted', () => {
  const linear = generated(small);
  assert.ok(countOn(linear, 19) > 5 * countOn(linear, 1));
  const uniform = generated({ ...small, placed: 'uniform', rackAware: false });
  assert.ok(countOn(uniform, 19) < 2 * countOn(uniform, 1));
  const racksOf = (model: Model): number =>
    Math.min(...model.partitions.map(({ replicas }) => new Set(replicas.map((id) => model.brokers[id]?.rack)).size));
  assert.equal(racksOf(linear), 3);
  assert.equal(racksOf(uniform), 1);
});

test('loads have the mean that is wanted, and heavy tails have giants', () => {
  const sizes = (model: Model): readonly number[] => model.partitions.map(({ sizeBytes = 0 }) => sizeBytes);
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const light = sizes(generated({ ...small, topics: 2_000 }));
  assert.ok(Math.abs(mean(light) - 100) < 15, `${mean(light)}`);
  const heavy = sizes(generated({ ...small, topics: 2_000, tail: 'pareto' }));
  assert.ok(Math.max(...heavy) / mean(heavy) > Math.max(...light) / mean(light));
});
