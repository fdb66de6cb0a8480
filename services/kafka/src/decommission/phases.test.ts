import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasInstance, instancesOf, phase, call } from '@warder/sdk';
import fc from 'fast-check';
import { againPhases, leavePhases, without, type LeaveArgs } from './phases.ts';

const args: LeaveArgs = { brokers: [1], pace: { throttle: '1M' }, round: 0 };
const moves = [phase('batch-1', {}, call('begin-moves')), phase('clean-up', { cleanup: true }, call('end-moves'))];

test('law: exactly those are gone that were to go', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.nat(9), { maxLength: 4 }),
      fc.integer({ min: 2, max: 6 }),
      fc.nat(),
      fc.integer({ min: 1, max: 3 }),
      (retired, count, first, some) => {
        const all = instancesOf({ count, retired });
        const gone = all.filter((_, at) => (at + first) % all.length < Math.min(some, all.length - 1));
        const after = instancesOf(without({ count, retired }, all, gone));
        assert.deepEqual(
          after,
          all.filter((id) => !gone.includes(id)),
        );
      },
    ),
  );
});

test('the highest goes by the count alone', () => {
  assert.deepEqual(without({ count: 3, retired: [] }, [0, 1, 2], [2]), { count: 2, retired: [] });
  const middle = without({ count: 3, retired: [] }, [0, 1, 2], [1]);
  assert.deepEqual(middle, { count: 2, retired: [1] });
  assert.ok(!hasInstance(middle, 1));
});

test('the configuration without it comes after everything that looks whether it is empty', () => {
  const phases = leavePhases(args, { phases: moves, moves: [] }, { count: 2, retired: [1] });
  assert.deepEqual(
    phases.map(({ name, cleanup }) => [name, cleanup === true]),
    [
      ['pre-flight', false],
      ['cordon', false],
      ['batch-1', false],
      ['clean-up', true],
      ['verify', false],
      ['leave', false],
      ['uncordon', true],
    ],
  );
  const leave = phases.find(({ name }) => name === 'leave')?.steps?.[0];
  assert.deepEqual(leave !== undefined && 'change' in leave && leave.change, {
    options: { brokers: { count: 2, retired: [1] } },
  });
});

test('what was put there meanwhile is moved, and it is looked again', () => {
  const names = againPhases({ ...args, round: 1 }, moves).map(({ name }) => name);
  assert.deepEqual(names, ['batch-1-again-2', 'clean-up-again-2', 'verify-3']);
});
