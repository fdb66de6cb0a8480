import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { generated } from './generator.ts';
import { partitionName, type Model } from './model.ts';
import { applied, propose } from './proposal.ts';
import { brokersIn, partition, proposed, refusedFor } from './test-model.ts';

const held = (model: Model, id: number): readonly string[] =>
  model.partitions.filter(({ replicas }) => replicas.includes(id)).map(partitionName);

const seeds = fc.integer({ min: 1, max: 1_000_000 });

const small = { brokers: 8, racks: 4, replicas: 400, topics: 20, diskBytes: 1e9, placed: 'uniform' } as const;

test('emptied brokers have nothing, and nothing but what they had is moved', () => {
  fc.assert(
    fc.property(seeds, fc.constantFrom<readonly number[]>([7], [6, 7], [0]), (seed, brokers) => {
      const model = generated({ ...small, seed });
      const proposal = proposed(model, { kind: 'empty', brokers });
      const after = applied(model, proposal);
      for (const id of brokers) assert.deepEqual(held(after, id), []);
      for (const { from, to, index } of proposal.moves) {
        const gone = from.filter((id) => !to.includes(id));
        assert.ok(
          gone.every((id) => brokers.includes(id)),
          `partition ${index}: ${from.join()} to ${to.join()}`,
        );
      }
      assert.ok(proposal.leaders.every(({ from, to }) => from.every((id) => to.includes(id))));
      assert.ok(Math.abs(proposal.bytes - proposal.bound) < 1e-6 * proposal.bound);
    }),
    { numRuns: 20 },
  );
});

test('brokers that are needed for the number of replicas are not emptied', () => {
  const model: Model = { brokers: brokersIn('abc'), partitions: [partition(0, [0, 1, 2]), partition(1, [0, 1])] };
  assert.match(
    refusedFor(model, { kind: 'empty', brokers: [2] }),
    /1 partitions have up to 3 replicas, and without broker 2 too few brokers are left to have one each: orders-0; add brokers first/,
  );
});

test('brokers are not emptied when others have no room for it', () => {
  const brokers = [0, 1, 2].map((id) => ({ id, diskBytes: 100 }));
  const model: Model = { brokers, partitions: [0, 1, 2].map((id) => partition(id, [id], 60)) };
  assert.match(
    refusedFor(model, { kind: 'empty', brokers: [1] }),
    /no broker has room on its disk.*broker 1: orders-1/,
  );
});

test('a broken broker is not emptied of what only it has', () => {
  const model: Model = {
    brokers: [{ id: 0, state: 'broken' }, { id: 1 }],
    partitions: [partition(0, [0], 60)],
  };
  assert.match(refusedFor(model, { kind: 'empty', brokers: [0] }), /all replicas of orders-0 are on broken brokers/);
});

test('only the filled brokers are given anything, and they get into their bands', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const model = generated({ ...small, racks: 8, seed, fresh: 2 });
      const wish = { kind: 'fill', brokers: [8, 9] } as const;
      const proposal = proposed(model, wish);
      for (const { from, to } of proposal.moves)
        assert.ok(to.every((id) => from.includes(id) || wish.brokers.some((each) => each === id)));
      for (const { from, to } of proposal.leaders) assert.ok(from[0] === to[0] || [8, 9].includes(to[0] ?? -1));
      const mean = proposal.brokers.reduce((sum, { after }) => sum + after.disk, 0) / 10;
      for (const id of wish.brokers) {
        const disk = proposal.brokers.find((each) => each.id === id)?.after.disk ?? 0;
        assert.ok(disk >= 0.85 * mean, `broker ${id} has ${disk} of ${mean}`);
      }
      assert.ok(proposal.bytes >= proposal.bound);
    }),
    { numRuns: 10 },
  );
});

test('racks are repaired by as many moves as there are faults, and nothing else', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const model = generated({ ...small, seed, rackAware: false });
      const proposal = proposed(model, { kind: 'repair-racks' });
      const racks = proposal.goals.find(({ goal }) => goal === 'racks');
      assert.equal(racks?.after.outside, 0);
      const copies = proposal.moves.reduce(
        (sum, { from, to }) => sum + to.filter((id) => !from.includes(id)).length,
        0,
      );
      assert.equal(copies, racks.before.outside);
      assert.ok(Math.abs(proposal.bytes - proposal.bound) < 1e-6 * proposal.bound);
    }),
    { numRuns: 20 },
  );
});

test('a substitute takes the places of the other, in the same order', () => {
  const model: Model = {
    brokers: brokersIn('abca'),
    partitions: [partition(0, [0, 1, 2], 5), partition(1, [1, 0], 5), partition(2, [1, 2], 5)],
  };
  const { moves, leaders } = proposed(model, { kind: 'substitute', from: 0, to: 3 });
  assert.deepEqual(
    moves.map(({ index, to }) => [index, to]),
    [
      [0, [3, 1, 2]],
      [1, [1, 3]],
    ],
  );
  assert.deepEqual(leaders, []);
});

test('what a substitute has already goes to others', () => {
  const model: Model = {
    brokers: [0, 1, 2].map((id) => ({ id })),
    partitions: [partition(0, [0, 1], 5), partition(1, [0], 5)],
  };
  const { moves } = proposed(model, { kind: 'substitute', from: 0, to: 1 });
  assert.deepEqual(
    moves.map(({ to }) => to),
    [[2, 1], [1]],
  );
});

test('brokers that are not there, or cannot take anything, are refused', () => {
  const model: Model = {
    brokers: [{ id: 0 }, { id: 1, state: 'cordoned' }],
    partitions: [partition(0, [0], 5)],
  };
  assert.match(refusedFor(model, { kind: 'empty', brokers: [5, 6] }), /there is no brokers? 5, 6/);
  assert.match(refusedFor(model, { kind: 'fill', brokers: [1] }), /broker 1 is cordoned: nothing can be moved to it/);
  assert.match(refusedFor(model, { kind: 'substitute', from: 0, to: 1 }), /broker 1 is cordoned/);
  assert.ok(!('refused' in propose(model, { kind: 'balance' })));
});
