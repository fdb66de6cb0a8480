import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServiceSpec } from '@warder/core';
import * as checked from './checked.ts';
import { outlineOf } from './outline.ts';

const spec: ServiceSpec = {
  name: 'demo',
  user: 'nobody',
  pods: [
    {
      name: 'node',
      count: 3,
      allowDecommission: true,
      uris: [],
      rlimits: [],
      gates: { stop: [], replace: [], start: [] },
      resourceSets: [{ name: 'main', cpus: 1, memoryMiB: 64, ports: [], volumes: [] }],
      tasks: [
        {
          name: 'server',
          goal: 'RUNNING',
          essential: true,
          cmd: 'serve',
          env: {},
          configs: [],
          resourceSet: 'main',
          killGraceMs: 1_000,
          labels: {},
        },
      ],
    },
  ],
  plans: [],
};
const outline = outlineOf({
  procedures: { mend: async () => 1 },
  probes: { calm: async () => ({ open: true, reason: '' }) },
});

const recipe = (steps: readonly unknown[], pod?: string) => ({
  strategy: 'serial',
  phases: [{ name: 'one', strategy: 'serial', steps, ...(pod === undefined ? {} : { pod }) }],
});

test('what is right passes as it is', () => {
  const good = recipe(
    [
      { kind: 'launch', tasks: ['server'] },
      { kind: 'call', name: 'mend', procedure: 'mend' },
      { kind: 'wait', name: 'calm', probe: 'calm', args: { deep: [1] }, soakMs: 5, index: 1 },
      { kind: 'approve', name: 'ok', text: 'go on?' },
    ],
    'node',
  );
  assert.equal(checked.recipe(good, spec, outline), good);
  assert.equal(checked.serviceSpec(spec), spec);
  const gate = { open: false, reason: 'why', defer: true };
  assert.equal(checked.gateAnswer(gate), gate);
  assert.deepEqual(checked.metrics([{ name: 'a:b', help: '', type: 'gauge', value: Number.NaN }])[0]?.name, 'a:b');
});

test('what is wrong is told', () => {
  const wrongs: readonly (readonly [() => unknown, RegExp])[] = [
    [() => checked.gateAnswer(undefined), /^it answered nonsense: /],
    [() => checked.gateAnswer({ open: 'yes', reason: '' }), /nonsense: open: /],
    [() => checked.probeAnswer({ open: true }), /nonsense: reason: /],
    [() => checked.sentences(['a', 1]), /nonsense: 1: /],
    [() => checked.deeds([{ kind: 'start', plan: 'a', reason: 'no key' }]), /nonsense: 0/],
    [() => checked.detection({ on: 1, reason: '' }), /nonsense: on: /],
    [() => checked.serviceSpec({ ...spec, pods: [{ name: 'node' }] }), /nonsense: pods.0.count: /],
    [() => checked.metrics([{ name: 'a', help: '', type: 'gauge', value: '1' }]), /nonsense: 0.value: it is no number/],
    [() => checked.recipe(recipe([{ kind: 'dance' }]), spec, outline), /nonsense: phases.0.steps.0/],
    [() => checked.recipe(recipe([{ kind: 'stop' }]), spec, outline), /phase one: a step to stop needs a pod/],
    [() => checked.recipe(recipe([], 'nobody'), spec, outline), /there is no pod nobody/],
    [() => checked.recipe(recipe([{ kind: 'launch', tasks: ['x'] }], 'node'), spec, outline), /node has no task x/],
    [
      () => checked.recipe(recipe([{ kind: 'call', name: 'x', procedure: 'x' }]), spec, outline),
      /the package has no procedure x/,
    ],
    [() => checked.recipe(recipe([{ kind: 'wait', name: 'x', probe: 'x' }]), spec, outline), /no probe x/],
    [
      () =>
        checked.recipe(
          { strategy: 'dependency', phases: [{ name: 'a', pod: 'node', strategy: 'serial', after: ['b'] }] },
          spec,
          outline,
        ),
      /phase a: there is no phase b/,
    ],
    [
      () =>
        checked.recipe(
          recipe(
            Array.from({ length: 4_000 }, () => ({ kind: 'stop' })),
            'node',
          ),
          spec,
          outline,
        ),
      /more than 10000 steps/,
    ],
  ];
  for (const [ask, why] of wrongs) assert.throws(ask, { message: why });
});
