import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catchUpMoves } from './moves.ts';
import { replacePhases } from './phases.ts';

const moves = catchUpMoves([{ topic: 'a', index: 0, replicas: [0, 1] }], 1);
const work = { id: 1, tasks: ['server'], where: { notOn: 'agent-0' }, moves };

test('the throttle is there before the broker is empty, and is taken away at last, also by a cancel', () => {
  const phases = replacePhases({ ...work, rate: 1_000_000 });
  assert.deepEqual(
    phases.map(({ name, cleanup }) => [name, cleanup === true]),
    [
      ['pre-flight', false],
      ['throttle', false],
      ['replace', false],
      ['catch-up', false],
      ['clean-up', true],
    ],
  );
  const argsOf = (name: string): readonly unknown[] | undefined =>
    phases.find((phase) => phase.name === name)?.steps?.flatMap((step) => ('args' in step ? [step.args] : []));
  assert.deepEqual(argsOf('clean-up'), argsOf('throttle'));
  // Started again, it does not take that for somebody else's.
  assert.deepEqual(argsOf('pre-flight'), [{ broker: 1, throttled: true, own: argsOf('throttle')?.[0] }]);
});

test('of all brokers only that one is replaced, where it is said', () => {
  const replaced = replacePhases(work).find(({ name }) => name === 'replace');
  assert.equal(replaced?.pod, 'broker');
  assert.deepEqual(replaced.steps, [{ kind: 'launch', index: 1, tasks: ['server'], replace: { notOn: 'agent-0' } }]);
});

test('without a throttle, or with nothing to copy, nothing is set and nothing has to be taken away', () => {
  for (const some of [work, { ...work, moves: [], rate: 1_000_000 }])
    assert.deepEqual(
      replacePhases(some).map(({ name }) => name),
      ['pre-flight', 'replace', 'catch-up'],
    );
});
