import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServiceSpec } from './index.ts';
import { approve, call, changePlan, launch, phase, plan, release, stop, wait, withPlan } from './index.ts';
import { defineService } from './build.ts';

const spec: ServiceSpec = defineService({
  name: 'demo',
  scheduler: { user: 'nobody' },
  pods: {
    node: { count: 1, tasks: { server: { goal: 'RUNNING', cmd: 'serve', cpus: 1, memory: 64 } } },
  },
});

test('the words of a plan', () => {
  const made = plan(
    'mend',
    'serial',
    phase('node', { pod: 'node', strategy: 'parallel' }, stop(), launch('server'), call('mend', { args: 1, index: 0 })),
    phase('end', { after: ['node'] }, wait('calm', { name: 'the sea', soakMs: 5 }), approve('Well?')),
    phase('all', { pod: 'node' }),
  );
  assert.deepEqual(made, {
    name: 'mend',
    strategy: 'serial',
    phases: [
      {
        name: 'node',
        pod: 'node',
        strategy: 'parallel',
        steps: [
          { kind: 'stop' },
          { kind: 'launch', tasks: ['server'] },
          { kind: 'call', name: 'mend', procedure: 'mend', args: 1, index: 0 },
        ],
      },
      {
        name: 'end',
        strategy: 'serial',
        after: ['node'],
        steps: [
          { kind: 'wait', name: 'the sea', probe: 'calm', soakMs: 5 },
          { kind: 'approve', name: 'approve', text: 'Well?' },
        ],
      },
      { name: 'all', pod: 'node', strategy: 'serial' },
    ],
  });
  assert.deepEqual(release(), { kind: 'release' });
});

test('a plan is added, or takes the place of the one of its name', () => {
  const one = withPlan(spec, plan('a', 'serial'));
  const two = withPlan(one, plan('b', 'serial'));
  assert.deepEqual(
    two.plans.map(({ name }) => name),
    ['a', 'b'],
  );
  assert.deepEqual(withPlan(two, plan('a', 'parallel')).plans, [plan('a', 'parallel'), plan('b', 'serial')]);
  assert.deepEqual(spec.plans, []);
});

test('the plans that Warder makes can be changed; one that is not there cannot', () => {
  const changed = changePlan(spec, 'update', ({ phases, ...rest }) => ({
    ...rest,
    phases: [...phases, phase('look', {}, approve('Well?'))],
  }));
  assert.deepEqual(
    changed.plans.map(({ name, phases }) => [name, phases.map((each) => each.name)]),
    [['update', ['node', 'look']]],
  );
  assert.throws(() => changePlan(spec, 'dance', (same) => same), /there is no plan dance/);
});
