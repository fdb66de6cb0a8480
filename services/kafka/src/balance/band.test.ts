import assert from 'node:assert/strict';
import test from 'node:test';
import { bandsOf } from './band.ts';
import { IN, LEADERS, Layout, REPLICAS } from './layout.ts';
import { defaultLimits, ordered, type Broker, type Limits, type Model } from './model.ts';
import { Racks } from './racks.ts';
import { brokersIn, partition } from './test-model.ts';

const means = (model: Model, r: number, limits: Partial<Limits> = {}) => {
  const layout = new Layout(ordered(model));
  const bands = bandsOf(layout, new Racks(layout), { ...defaultLimits, ...limits });
  const at = (values: Float64Array) =>
    Array.from(values.slice(r * layout.brokers, (r + 1) * layout.brokers)).map((each) => Math.round(each * 1e6) / 1e6);
  return { mean: at(bands.mean), low: at(bands.low), high: at(bands.high) };
};

const many = (count: number, replicas: readonly number[], size: number) =>
  Array.from({ length: count }, (_, index) => partition(index, replicas, size));

test('equal brokers have equal shares', () => {
  const model: Model = { brokers: brokersIn('abcd'), partitions: many(100, [0, 1], 8) };
  assert.deepEqual(means(model, 0).mean, [400, 400, 400, 400]);
  assert.deepEqual(means(model, 0).low, [360, 360, 360, 360]);
  assert.deepEqual(means(model, REPLICAS).high, [55, 55, 55, 55]);
});

test('a larger disk has a larger share of the bytes, and of nothing else', () => {
  const brokers = [1_000, 1_000, 2_000].map((diskBytes, id): Broker => ({ id, diskBytes }));
  const model: Model = { brokers, partitions: many(100, [0], 8) };
  assert.deepEqual(means(model, 0).mean, [200, 200, 400]);
  assert.deepEqual(means(model, REPLICAS).mean.map(Math.round), [33, 33, 33]);
});

test('no broker can have a partition twice, however large its disk is', () => {
  const brokers = [1_000, 1_000, 98_000].map((diskBytes, id): Broker => ({ id, diskBytes }));
  assert.deepEqual(means({ brokers, partitions: many(100, [0, 1], 8) }, 0).mean, [400, 400, 800]);
});

test('with as many replicas as racks each rack has all, and shares it among its brokers', () => {
  const model: Model = { brokers: brokersIn('abbcccc'), partitions: many(100, [0, 1, 3], 8) };
  assert.deepEqual(means(model, 0).mean, [800, 400, 400, 200, 200, 200, 200]);
  // Who leads is free all the same.
  assert.deepEqual(means(model, LEADERS).mean.map(Math.round), [14, 14, 14, 14, 14, 14, 14]);
});

test('a rack has no more than one of each, what is over goes to the others', () => {
  const model: Model = { brokers: brokersIn('abccccccc'), partitions: many(90, [0, 1], 7) };
  const { mean } = means(model, 0);
  assert.deepEqual(mean, [315, 315, 90, 90, 90, 90, 90, 90, 90]);
});

test('brokers that leave have no share, and one that is cordoned no more than it has', () => {
  const [one, two, three, four] = brokersIn('abcd');
  assert.ok(one && two && three && four);
  const brokers: readonly Broker[] = [one, two, { ...three, state: 'leaving' }, { ...four, state: 'cordoned' }];
  assert.deepEqual(
    means({ brokers, partitions: [...many(100, [0, 1], 8), { ...partition(100, [3]), sizeBytes: 50 }] }, 0).mean,
    [800, 800, 0, 50],
  );
});

test('what one partition brings does not raise the share of the others', () => {
  const giant = { ...partition(100, [2]), inBytes: 900 };
  const rest = many(60, [0], 1).map((each) => ({ ...each, inBytes: 5 }));
  assert.deepEqual(means({ brokers: brokersIn('abc'), partitions: [...rest, giant] }, IN).mean, [150, 150, 900]);
});

test('a band is never wider than the disk, or the maximum of replicas; whole numbers always have one in it', () => {
  const brokers = [0, 1].map((id): Broker => ({ id, diskBytes: 1_000 }));
  assert.deepEqual(means({ brokers, partitions: many(10, [0], 155) }, 0).high, [800, 800]);
  assert.deepEqual(means({ brokers, partitions: many(10, [0], 1) }, REPLICAS, { replicas: 4 }).high, [4, 4]);
  const { low, high } = means({ brokers, partitions: many(3, [0], 1) }, REPLICAS);
  assert.deepEqual(
    [low, high],
    [
      [1, 1],
      [2, 2],
    ],
  );
});
