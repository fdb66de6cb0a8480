import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { partitionName } from '../balance/model.ts';
import { throttledBrokers, throttleLists } from './lists.ts';
import { foreignThrottles, ownMoves, syncProblems } from './problems.ts';
import { anyMoves } from './test-moves.ts';

const partition = (index: number, leader: number, replicas: readonly number[], isr = replicas) => ({
  topic: 'a',
  index,
  leader,
  replicas,
  isr,
});
const up = new Set([0, 1, 2]);

test('what is not in sync is named, but for what brokers lack that are given up', () => {
  const well = { partitions: [partition(0, 0, [0, 1])], up, leaving: [] };
  assert.deepEqual(syncProblems(well, [0, 1, 2]), []);
  const behind = { ...well, partitions: [partition(0, 0, [0, 1], [0])] };
  assert.match(syncProblems(behind, [0, 1, 2]).join(), /^1 partition not in sync: a-0; wait until they are$/);
  assert.deepEqual(syncProblems({ ...behind, leaving: [1] }, [0, 1, 2]), [], 'it gives everything away');
  const offline = { ...well, partitions: [partition(0, -1, [0, 1])] };
  assert.match(syncProblems(offline, [0, 1, 2]).join(), /^1 partition without a leader: a-0/);
});

test('a broker that is away and comes back is waited for; one that nobody has any more is not', () => {
  const away = { partitions: [partition(0, 0, [0, 3], [0])], up, leaving: [] };
  assert.match(syncProblems(away, [0, 1, 2, 3]).join(), /^broker 3 not in the cluster: wait until it is back$/);
  assert.deepEqual(syncProblems({ ...away, leaving: [3] }, [0, 1, 2, 3]), []);
  assert.deepEqual(syncProblems(away, [0, 1, 2]), []);
  assert.deepEqual(syncProblems({ ...away, partitions: [] }, [0, 1, 2, 3]), [], 'it has nothing');
});

test('of what a run has begun and set itself, nothing stands in the way when it is started again', () => {
  fc.assert(
    fc.property(anyMoves, (moves) => {
      const underWay = new Map(
        moves.map(({ topic, index, from, to }) => {
          const removing = from.filter((id) => !to.includes(id));
          const replicas = [...to, ...removing];
          return [partitionName({ topic, index }), { topic, partition: index, replicas, adding: [], removing }];
        }),
      );
      assert.deepEqual([...ownMoves(underWay, { moves })], [...underWay.keys()]);
      assert.equal(ownMoves(underWay, { moves: [] }).size, 0);
      const set = {
        rates: new Map(throttledBrokers(moves).map((id) => [id, 1_000])),
        topics: throttleLists(moves),
      };
      assert.deepEqual(foreignThrottles(set, { moves, rate: 1_000 }), { rates: new Map(), topics: [] });
      assert.deepEqual(foreignThrottles(set, { moves: [] }), set);
    }),
  );
});

test('what another has begun or set in the same places does', () => {
  const moves = [{ topic: 'a', index: 0, from: [0, 1], to: [0, 2] }];
  const elsewhere = { topic: 'a', partition: 0, replicas: [0, 3, 1], adding: [3], removing: [1] };
  assert.equal(ownMoves(new Map([['a-0', elsewhere]]), { moves }).size, 0);
  const set = {
    rates: new Map([
      [0, 1_000],
      [1, 2_000],
      [3, 1_000],
    ]),
    topics: [{ topic: 'a', leader: '0:0,0:1', follower: '0:3' }],
  };
  const left = foreignThrottles(set, { moves, rate: 1_000 });
  assert.deepEqual([...left.rates.keys()], [1, 3]);
  assert.deepEqual(left.topics, set.topics);
  assert.deepEqual(foreignThrottles(set, { moves }), set, 'it sets none');
});
