import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { generated } from './generator.ts';
import { partitionName, type Model } from './model.ts';
import { applied, propose, type Proposal } from './proposal.ts';
import { anyModel, brokersIn, partition, proposed } from './test-model.ts';

const goalOf = (proposal: Proposal, goal: string) => {
  const found = proposal.goals.find((each) => each.goal === goal);
  assert.ok(found, goal);
  return found;
};

const stateOf = (model: Model, id: number): string => model.brokers.find((each) => each.id === id)?.state ?? 'alive';

/** Whatever is proposed keeps every partition whole. */
const keepsAll = (model: Model, proposal: Proposal): void => {
  for (const each of [...proposal.moves, ...proposal.leaders]) {
    const name = partitionName(each);
    assert.equal(each.to.length, each.from.length, `${name} keeps its number of replicas`);
    assert.equal(new Set(each.to).size, each.to.length, `${name} is on different brokers`);
    for (const id of each.to.filter((one) => !each.from.includes(one)))
      assert.equal(stateOf(model, id), 'alive', `${name} goes to broker ${id}`);
    assert.ok(
      each.from.some((id) => stateOf(model, id) !== 'broken'),
      `${name} has something to be copied from`,
    );
    assert.ok(each.to[0] === each.from[0] || stateOf(model, each.to[0] ?? -1) !== 'broken', `${name} is led`);
  }
};

test('no partition loses a replica, and none is placed where nothing may be', () => {
  fc.assert(fc.property(anyModel, (model) => keepsAll(model, proposed(model))));
});

test('what is found within any limit of work can be done as it is', () => {
  fc.assert(
    fc.property(anyModel, fc.nat(2_000), (model, work) =>
      keepsAll(model, proposed(model, { kind: 'balance' }, { work })),
    ),
  );
});

test('no hard goal gets worse', () => {
  fc.assert(
    fc.property(anyModel, (model) => {
      const proposal = proposed(model);
      for (const goal of ['racks', 'empty', 'capacity', 'maximum']) {
        const { before, after } = goalOf(proposal, goal);
        assert.ok(after.outside <= before.outside, `${goal}: ${before.outside}, then ${after.outside}`);
      }
    }),
  );
});

test('what is left undone has a reason', () => {
  fc.assert(
    fc.property(anyModel, (model) => {
      for (const { goal, after, left } of proposed(model).goals)
        assert.equal(after.outside > 0, left.length > 0, `${goal}: ${left.join('; ')}`);
    }),
  );
});

test('the same model in any order is answered with the same', () => {
  fc.assert(
    fc.property(anyModel, (model) => {
      const turned = { brokers: model.brokers.toReversed(), partitions: model.partitions.toReversed() };
      assert.deepEqual(proposed(turned), proposed(model));
      assert.deepEqual(proposed(model), proposed(model));
    }),
    { numRuns: 50 },
  );
});

test('what is moved can be moved back', () => {
  fc.assert(
    fc.property(anyModel, (model) => {
      const { moves, leaders } = proposed(model);
      const back = {
        moves: moves.map((each) => ({ ...each, from: each.to, to: each.from })),
        leaders: leaders.map((each) => ({ ...each, from: each.to, to: each.from })),
      };
      assert.deepEqual(applied(applied(model, { moves, leaders }), back), model);
    }),
  );
});

const seeds = fc.integer({ min: 1, max: 1_000_000 });

test('where all is in its bands nothing moves', () => {
  fc.assert(
    fc.property(seeds, fc.constantFrom('uniform', 'linear', 'exponential'), (seed, placed) => {
      const model = generated({ seed, placed, brokers: 8, racks: 4, replicas: 1_200, topics: 20, diskBytes: 1e9 });
      const first = proposed(model);
      fc.pre(first.goals.every(({ after }) => after.outside === 0));
      assert.ok(first.bytes >= first.bound, `${first.bytes} are fewer than ${first.bound}`);
      const second = proposed(applied(model, first));
      assert.deepEqual([second.moves, second.leaders], [[], []]);
    }),
    { numRuns: 12 },
  );
});

test('brokers get into their bands, but for one replica where many goals meet', (t) => {
  let [reached, all] = [0, 0];
  for (let seed = 1; seed <= 5; seed += 1) {
    for (const placed of ['uniform', 'linear', 'exponential'] as const) {
      const model = generated({ seed, placed, brokers: 8, racks: 4, replicas: 1_200, topics: 20, diskBytes: 1e9 });
      const { goals } = proposed(model);
      for (const { goal, after, left } of goals)
        assert.ok(
          (after.highest ?? 1) < 1.12 && (after.lowest ?? 1) > 0.88,
          `${seed} ${placed} ${goal}: ${left.join()}`,
        );
      all += 1;
      if (goals.every(({ after }) => after.outside === 0)) reached += 1;
    }
  }
  t.diagnostic(`all goals are reached in ${reached} of ${all}`);
  assert.ok(reached >= 0.8 * all, `${reached} of ${all}`);
});

test('leaders are spread without a byte where that is enough', () => {
  const model: Model = {
    brokers: brokersIn('abc'),
    partitions: Array.from({ length: 30 }, (_, index) => partition(index, [0, 1, 2], 100, { outBytes: 10 })),
  };
  const { moves, leaders, brokers } = proposed(model);
  assert.deepEqual(moves, []);
  assert.ok(leaders.length <= 20);
  for (const { after } of brokers) assert.ok(after.leaders >= 9 && after.leaders <= 11, `${after.leaders}`);
});

test('a new broker gets its share, and no two old ones exchange anything', () => {
  const model: Model = {
    brokers: [0, 1, 2, 3].map((id) => ({ id })),
    partitions: Array.from({ length: 60 }, (_, index) => partition(index, [index % 3, (index + 1) % 3], 10)),
  };
  const { moves, bytes, bound } = proposed(model);
  assert.ok(bytes <= 1.02 * bound + 10, `${bytes} against ${bound}`);
  for (const { from, to } of moves)
    assert.deepEqual(
      to.filter((id) => !from.includes(id)),
      [3],
    );
});

test('replicas on a broken broker are copied from the others, and one without others is told of', () => {
  const [one, two, three, four] = brokersIn('abca');
  assert.ok(one && two && three && four);
  const model: Model = {
    brokers: [{ ...one, state: 'broken' }, two, three, four],
    partitions: [partition(0, [0, 1, 2], 5), partition(1, [0], 5)],
  };
  const proposal = proposed(model);
  assert.deepEqual(
    proposal.moves.map(({ to }) => to.toSorted((a, b) => a - b)),
    [[1, 2, 3]],
  );
  assert.match(goalOf(proposal, 'empty').left.join(), /orders-1: all replicas are on broken brokers/);
});

test('a broker that nobody knows any more is broken', () => {
  const model: Model = { brokers: brokersIn('ab'), partitions: [partition(0, [0, 9], 5)] };
  assert.deepEqual(proposed(model).moves[0]?.to, [0, 1]);
});

test('more replicas than brokers that are left: said, and the rest is done', () => {
  const [one, two, three] = brokersIn('abc');
  assert.ok(one && two && three);
  const model: Model = {
    brokers: [{ ...one, state: 'leaving' }, two, three],
    partitions: [partition(0, [0, 1, 2], 5), partition(1, [0, 1], 5)],
  };
  const proposal = proposed(model);
  assert.match(goalOf(proposal, 'empty').left.join(), /orders-0: more replicas than the 2 brokers that are left/);
  assert.deepEqual(
    proposal.moves.map(({ index, to }) => [index, to.toSorted((a, b) => a - b)]),
    [[1, [1, 2]]],
  );
});

test('one partition larger than what a broker should have does not move others for nothing', () => {
  const small = Array.from({ length: 30 }, (_, index) => partition(index + 1, [index % 3], 10));
  const model: Model = { brokers: brokersIn('abc'), partitions: [partition(0, [0], 5_000), ...small] };
  const { bytes, brokers } = proposed(model);
  assert.ok(bytes <= 120, `${bytes}`);
  assert.ok((brokers[0]?.after.disk ?? 0) >= 5_000);
});

test('two replicas in one rack are put apart, also where racks are unequal', () => {
  const model: Model = {
    brokers: brokersIn('abbbbb'),
    partitions: Array.from({ length: 20 }, (_, index) =>
      partition(index, [1 + (index % 5), 1 + ((index + 1) % 5)], 10),
    ),
  };
  const proposal = proposed(model);
  assert.equal(goalOf(proposal, 'racks').before.outside, 20);
  assert.equal(goalOf(proposal, 'racks').after.outside, 0);
  assert.equal(proposal.bytes, 200);
  assert.equal(proposal.brokers[0]?.after.replicas, 20);
});

test('disks of different sizes are filled alike', () => {
  const model = generated({
    seed: 4,
    brokers: 6,
    racks: 6,
    copies: [1, 2],
    replicas: 900,
    topics: 10,
    diskFactor: 3,
    diskBytes: 1e6,
  });
  const { brokers } = proposed(model);
  const used = brokers.map(({ id, after }) => after.disk / (model.brokers[id]?.diskBytes ?? 1));
  assert.ok(Math.max(...used) / Math.min(...used) < 1.25, used.join(' '));
});

test('a disk that is too full is relieved, and none is filled over its limit', () => {
  const model: Model = {
    brokers: [
      { id: 0, diskBytes: 100 },
      { id: 1, diskBytes: 100 },
    ],
    partitions: [partition(0, [0], 50), partition(1, [0], 40)],
  };
  const proposal = proposed(model);
  assert.equal(goalOf(proposal, 'capacity').before.outside, 1);
  assert.equal(goalOf(proposal, 'capacity').after.outside, 0);
  const full = proposed({
    ...model,
    partitions: [partition(0, [0], 70), partition(1, [1], 79), partition(2, [0], 20)],
  });
  assert.deepEqual(full.moves, []);
  assert.match(goalOf(full, 'capacity').left.join(), /broker 0 would use more of the disk than allowed/);
});

test('no broker has more replicas than the maximum', () => {
  const model: Model = {
    brokers: brokersIn('abc'),
    partitions: Array.from({ length: 12 }, (_, index) => partition(index, [0], index)),
  };
  const proposal = proposed(model, { kind: 'balance' }, { replicas: 5, band: 10 });
  assert.equal(goalOf(proposal, 'maximum').after.outside, 0);
  assert.ok(proposal.brokers.every(({ after }) => after.replicas <= 5));
});

test('what is not known counts as nothing, and that is said', () => {
  const model: Model = { brokers: brokersIn('ab'), partitions: [{ topic: 'a', index: 0, replicas: [0] }] };
  const notes = proposed(model).notes.join('; ');
  assert.match(notes, /the size of 1 of 1 partitions is not known/);
  assert.match(notes, /the disks of 2 brokers are not known/);
});

test('a model that cannot be is refused', () => {
  const refused = (model: Model): string => {
    const answer = propose(model);
    return 'refused' in answer ? answer.refused.join('; ') : '';
  };
  const brokers = brokersIn('ab');
  assert.match(refused({ brokers, partitions: [partition(0, [0, 0])] }), /orders-0 has two replicas on one broker/);
  assert.match(refused({ brokers, partitions: [partition(0, [])] }), /orders-0 has no replicas/);
  assert.match(refused({ brokers, partitions: [partition(0, [0]), partition(0, [1])] }), /orders-0 is told twice/);
  assert.match(refused({ brokers: [...brokers, ...brokers], partitions: [] }), /a broker is told twice/);
});
