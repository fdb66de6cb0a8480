import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PhaseSpec } from '@warder/core';
import { proposed } from './deed.ts';

const phase = (name: string, after?: readonly string[]): PhaseSpec => ({
  name,
  pod: 'node',
  strategy: 'serial',
  ...(after === undefined ? {} : { after }),
});

test('law: of what is proposed, nothing can begin before the approval', () => {
  const serial = proposed({ strategy: 'serial', phases: [phase('a'), phase('b')] }, 'why');
  assert.deepEqual([serial.strategy, serial.phases.map(({ name }) => name)], ['serial', ['approval', 'a', 'b']]);
  assert.deepEqual(serial.phases[0]?.steps, [{ kind: 'approve', name: 'approve', text: 'why' }]);
  const parallel = proposed({ strategy: 'parallel', phases: [phase('a'), phase('b')] }, 'why');
  assert.deepEqual(
    [parallel.strategy, parallel.phases.map(({ after }) => after)],
    ['dependency', [undefined, ['approval'], ['approval']]],
  );
  const held = proposed({ strategy: 'dependency', phases: [phase('a', []), phase('b', ['a'])] }, 'why');
  assert.deepEqual(
    held.phases.map(({ after }) => after),
    [undefined, ['approval'], ['a']],
  );
});

test('the approval has a name of its own', () => {
  const { phases } = proposed({ strategy: 'parallel', phases: [phase('approval')] }, 'why');
  assert.deepEqual(
    phases.map(({ name, after }) => [name, after]),
    [
      ['approval-first', undefined],
      ['approval', ['approval-first']],
    ],
  );
});
