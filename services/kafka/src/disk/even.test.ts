import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { band, even, sharesOf, type EvenDir } from './even.ts';

const dirs = (...sizes: readonly (readonly number[])[]): readonly EvenDir[] =>
  sizes.map((list, dir) => ({
    path: `/disk-${dir}`,
    roomBytes: 1e12,
    replicas: list.map((bytes, at) => ({ topic: `t${dir}`, partition: at, bytes })),
  }));

const told = (given: readonly EvenDir[]): readonly string[] =>
  even(given).moves.map(({ topic, partition, from, to }) => `${topic}-${partition} ${from} -> ${to}`);

const after = (given: readonly EvenDir[], moves: ReturnType<typeof even>['moves']): readonly EvenDir[] =>
  given.map((dir) => {
    const isMoved = (side: 'from' | 'to', topic: string, partition: number): boolean =>
      moves.some((move) => move[side] === dir.path && move.topic === topic && move.partition === partition);
    const all = given.flatMap(({ replicas }) => replicas);
    return {
      ...dir,
      replicas: [
        ...dir.replicas.filter(({ topic, partition }) => !isMoved('from', topic, partition)),
        ...all.filter(({ topic, partition }) => isMoved('to', topic, partition)),
      ],
    };
  });

const usedOf = ({ replicas }: EvenDir): number => replicas.reduce((sum, { bytes }) => sum + bytes, 0);

/** Bytes outside of the bands, around these shares. */
const outside = (given: readonly EvenDir[], shares: readonly number[]): number =>
  given.map(usedOf).reduce((sum, used, dir) => {
    const share = shares[dir] ?? 0;
    return sum + Math.max(0, used - share * (1 + band), share * (1 - band) - used);
  }, 0);

/** Every layout there is. */
const layouts = (given: readonly EvenDir[]): readonly { readonly outside: number; readonly bytes: number }[] => {
  const items = given.flatMap(({ replicas }, home) => replicas.map((replica) => ({ replica, home })));
  return Array.from({ length: given.length ** items.length }, (_, code) => {
    const places = items.map((_item, at) => Math.floor(code / given.length ** at) % given.length);
    const made = given.map((dir, at) => ({
      ...dir,
      replicas: items.filter((_item, item) => places[item] === at).map(({ replica }) => replica),
    }));
    const bytes = items.reduce((sum, { replica, home }, at) => sum + (places[at] === home ? 0 : replica.bytes), 0);
    return { outside: outside(made, sharesOf(given)), bytes };
  });
};

test('what is too much in one dir goes to the one that has least, by the fewest bytes', () => {
  assert.deepEqual(told(dirs([10, 9, 8, 7], [1, 1, 1, 1])), ['t0-2 /disk-0 -> /disk-1', 't0-3 /disk-0 -> /disk-1']);
  assert.deepEqual(told(dirs([5, 5, 5, 5], [])), ['t0-0 /disk-0 -> /disk-1', 't0-1 /disk-0 -> /disk-1']);
  assert.equal(even(dirs([5, 5, 5, 5], [])).before, 1);
  assert.equal(even(dirs([5, 5, 5, 5], [])).after, 0);
});

test('nothing moves where nothing is gained by it', () => {
  assert.deepEqual(told(dirs([100], [])), []);
  assert.deepEqual(told(dirs([100, 1], [105])), []);
  assert.deepEqual(told(dirs([0, 0, 0], [])), []);
  assert.deepEqual(told([]), []);
});

test('where no move helps, two change places', () => {
  assert.deepEqual(told(dirs([60, 60], [50, 30])), ['t0-0 /disk-0 -> /disk-1', 't1-1 /disk-1 -> /disk-0']);
});

test('a larger disk has a larger share; what is on its way stays, and what has no room is not moved', () => {
  const [a, b] = dirs([10, 10, 10, 10, 10, 10], []);
  assert.ok(a && b);
  const sized = [
    { ...a, capacityBytes: 200 },
    { ...b, capacityBytes: 100 },
  ];
  assert.equal(even(sized).moves.length, 2);
  assert.equal(even([{ ...a, capacityBytes: 200 }, b]).moves.length, 3);
  const pinned = a.replicas.map((each) => ({ ...each, pinned: true }));
  assert.deepEqual(told([{ ...a, replicas: pinned }, b]), []);
  assert.equal(even([a, { ...b, roomBytes: 15 }]).moves.length, 1);
});

test('a replica that is larger than any share has a dir for its own, and the others are even all the same', () => {
  const { moves, after: left } = even(dirs([1000], [10, 10, 10, 10], []));
  assert.deepEqual([moves.map(({ to }) => to), left], [['/disk-2', '/disk-2'], 0]);
  const two = even(dirs([1000, 900, 10], [10, 10], [10]));
  assert.deepEqual(
    two.moves.map(({ bytes, to }) => [bytes, to]),
    [
      [900, '/disk-2'],
      [10, '/disk-1'],
      [10, '/disk-1'],
    ],
  );
});

const size = fc.oneof(fc.nat(20), fc.nat(1000), fc.constant(0));
const anyDirs = fc
  .array(fc.array(size, { maxLength: 12 }), { minLength: 1, maxLength: 5 })
  .map((sizes) => dirs(...sizes));

test('whatever is there: each replica moves once at most, nothing gets less even, nothing is below the bound', () => {
  fc.assert(
    fc.property(anyDirs, fc.array(fc.nat(1500), { minLength: 5, maxLength: 5 }), (given, rooms) => {
      const limited = given.map((dir, at) => ({ ...dir, roomBytes: rooms[at] ?? 0 }));
      const { moves, bytes } = even(limited);
      const names = moves.map(({ topic, partition }) => `${topic}-${partition}`);
      assert.equal(new Set(names).size, names.length);
      for (const move of moves) {
        const home = limited.find(({ replicas }) =>
          replicas.some(({ topic, partition }) => topic === move.topic && partition === move.partition),
        );
        assert.equal(move.from, home?.path);
        assert.notEqual(move.to, move.from);
      }
      for (const { path, roomBytes } of limited) {
        const incoming = moves.filter(({ to }) => to === path).reduce((sum, each) => sum + each.bytes, 0);
        assert.ok(incoming <= roomBytes);
      }
      assert.equal(
        bytes,
        moves.reduce((sum, each) => sum + each.bytes, 0),
      );
      const shares = sharesOf(limited);
      const [was, left] = [outside(limited, shares), outside(after(limited, moves), shares)];
      assert.ok(left <= was + 1e-6);
      if (moves.length > 0) assert.ok(left < was, 'what moves helps');
      if (left < 1e-6) assert.ok(bytes >= even(limited).bound - 1);
    }),
  );
});

test('the order in which it is told makes no difference', () => {
  fc.assert(
    fc.property(anyDirs, (given) => {
      const turned = given.toReversed().map((dir) => ({ ...dir, replicas: dir.replicas.toReversed() }));
      assert.deepEqual(even(turned).moves, even(given).moves);
    }),
  );
});

test('done once, it is done, as long as no replica is larger than a share', () => {
  fc.assert(
    fc.property(anyDirs, (given) => {
      fc.pre(new Set(sharesOf(given)).size <= 1);
      assert.deepEqual(even(after(given, even(given).moves)).moves, []);
    }),
  );
});

test('no single move is left that would help', () => {
  fc.assert(
    fc.property(anyDirs, (given) => {
      const done = after(given, even(given).moves);
      const shares = sharesOf(given);
      for (const from of done)
        for (const to of done)
          for (const { topic, partition, bytes } of from.replicas) {
            const next = after(done, [{ topic, partition, from: from.path, to: to.path, bytes }]);
            if (from !== to)
              assert.ok(
                outside(next, shares) > outside(done, shares) - 1,
                `${topic}-${partition} ${from.path} ${to.path}`,
              );
          }
    }),
  );
});

test('of all layouts of a handful of replicas it finds, nearly always, the one that copies least', () => {
  const small = fc
    .array(fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 4 }), { minLength: 2, maxLength: 2 })
    .map((sizes) => dirs(...sizes));
  let [best, all] = [0, 0];
  fc.assert(
    fc.property(small, (given) => {
      const { moves, bytes } = even(given);
      const left = outside(after(given, moves), sharesOf(given));
      const least = Math.min(...layouts(given).map((each) => each.outside));
      const cheapest = Math.min(
        ...layouts(given)
          .filter((each) => each.outside <= left + 1e-6)
          .map((each) => each.bytes),
      );
      all += 1;
      if (left <= least + 1 && bytes <= cheapest) best += 1;
    }),
    { seed: 7, numRuns: 300 },
  );
  assert.ok(best / all > 0.85, `${best} of ${all}`);
});
