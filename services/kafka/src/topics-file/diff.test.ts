import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { diffTopics, type Declared, type Present } from './diff.ts';

const present = (name: string, more: Partial<Present> = {}): Present => ({
  name,
  internal: false,
  partitions: 3,
  replication: 2,
  even: true,
  configs: {},
  ...more,
});

const none = { declared: [], present: [], before: [], prune: false, brokers: 3 };

test('what is not said stays as it is', () => {
  const diff = diffTopics({ ...none, declared: [{ name: 'a' }], present: [present('a', { configs: { x: '1' } })] });
  assert.deepEqual(diff, { create: [], grow: [], set: [], replicate: [], remove: [], left: [], wrong: [] });
});

test('settings are all that a topic has of its own, but for those of moves', () => {
  const now = present('a', {
    configs: { 'retention.ms': '5', 'max.message.bytes': '1', 'leader.replication.throttled.replicas': '0:1' },
  });
  const declared = [{ name: 'a', configs: { 'retention.ms': '05', 'segment.ms': '7' } }];
  const [change] = diffTopics({ ...none, declared, present: [now] }).set;
  assert.deepEqual([change?.set, change?.unset], [{ 'segment.ms': '7' }, ['max.message.bytes']]);
});

test('only what was declared before goes, when that is asked for, and never what is internal', () => {
  const there = [present('mine'), present('other'), present('__mine', { internal: true })];
  const given = { ...none, present: there, before: ['__mine', 'gone', 'mine'] };
  assert.deepEqual(diffTopics(given).left, ['mine']);
  assert.deepEqual(diffTopics(given).remove, []);
  assert.deepEqual(diffTopics({ ...given, prune: true }).remove, ['mine']);
  assert.deepEqual(diffTopics({ ...given, prune: true, declared: [{ name: 'mine' }] }).remove, []);
});

test('replicas that are uneven are made even; what cannot be is told', () => {
  const declared = [
    { name: 'a', replication: 2 },
    { name: 'b', partitions: 2, replication: 4 },
    { name: 'c', configs: { 'min.insync.replicas': '3' } },
  ];
  const diff = diffTopics({
    ...none,
    declared,
    present: [present('a', { even: false }), present('b'), present('c')],
  });
  assert.deepEqual(
    diff.replicate.map(({ name }) => name),
    ['a', 'b'],
  );
  assert.deepEqual(
    diff.wrong.map(({ path }) => path.join('.')),
    ['b.partitions', 'b.replication', 'c.configs.min.insync.replicas'],
  );
});

test('a topic as it was declared has nothing to be changed', () => {
  const topic = fc.record({
    name: fc.constantFrom('a', 'b', 'c'),
    partitions: fc.integer({ min: 1, max: 9 }),
    replication: fc.integer({ min: 1, max: 3 }),
    configs: fc.dictionary(fc.constantFrom('x', 'y'), fc.constantFrom('1', '2')),
  });
  fc.assert(
    fc.property(fc.uniqueArray(topic, { selector: ({ name }) => name }), fc.boolean(), (declared, prune) => {
      const made = declared.map((each: Required<Declared>) => present(each.name, { ...each }));
      const before = declared.map(({ name }) => name);
      const { create, grow, set, replicate, remove, left } = diffTopics({
        ...none,
        declared,
        present: made,
        before,
        prune,
      });
      assert.deepEqual([create, grow, set, replicate, remove, left].flat(), []);
    }),
  );
});
