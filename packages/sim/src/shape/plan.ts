/** The plans of a shape: those that Warder makes by itself, as the package wants them, and some for people to start. */
import type { PhaseSpec, PlanSpec, StepSpec } from '@warder/core';
import type { OwnPlan, Shape } from './shape.ts';

/** Plans that anybody may start. */
export const CUSTOM_PLANS = ['bounce', 'chores', 'flow'] as const;

export function plansOf(shape: Shape): readonly PlanSpec[] {
  return [deploy(shape), ...shape.own.map((name) => ownPlan(name, shape)), bounce(shape), chores(shape), flow];
}

const note = (name: string): StepSpec => ({ kind: 'call', name, procedure: 'note' });

/** Something for the time of a run. */
const setUp: PhaseSpec = {
  name: 'set-up',
  strategy: 'serial',
  steps: [{ kind: 'call', name: 'set-up', procedure: 'set-up' }],
};

const tearDown: PhaseSpec = {
  name: 'tear-down',
  strategy: 'serial',
  cleanup: true,
  steps: [
    { kind: 'call', name: 'tear-down', procedure: 'tear-down' },
    { kind: 'wait', name: 'settled', probe: 'settled' },
  ],
};

function deploy(shape: Shape): PlanSpec {
  const { order } = shape;
  const names = ['seed', 'node', 'extra'];
  const phases = rollout(shape).map((phase): PhaseSpec => ({
    ...phase,
    ...(order === 'dependency' ? { after: names.slice(0, names.indexOf(phase.name)).filter(isIn(shape)) } : {}),
  }));
  const last: PhaseSpec = { name: 'last', strategy: 'serial', steps: [note('deployed')] };
  const after = phases.map(({ name }) => name);
  return {
    name: 'deploy',
    strategy: order,
    phases: order === 'dependency' ? [{ ...last, after }, ...phases] : phases,
  };
}

const isIn =
  ({ seeds, extras }: Shape) =>
  (pod: string): boolean =>
    pod === 'node' || (pod === 'seed' ? seeds : extras) > 0;

function rollout(shape: Shape): readonly PhaseSpec[] {
  const { init, strategy, soakMs } = shape;
  const all: readonly PhaseSpec[] = [
    { name: 'seed', pod: 'seed', strategy: 'parallel' },
    {
      name: 'node',
      pod: 'node',
      strategy,
      ...(soakMs > 0 ? { soakMs } : {}),
      ...(init ? { steps: launches(shape) } : {}),
    },
    { name: 'extra', pod: 'extra', strategy: 'parallel' },
  ];
  return all.filter(({ name }) => isIn(shape)(name));
}

/** Tasks that share a resource set must be launched by steps of their own. */
const launches = (shape: Shape): readonly StepSpec[] => [
  ...(shape.init ? [launchOf('init')] : []),
  launchOf(...steady(shape), ...(shape.job === undefined ? [] : ['job'])),
];

const steady = ({ sidecar }: Shape): readonly string[] => ['server', ...(sidecar ? ['sidecar'] : [])];

const launchOf = (...tasks: readonly string[]): StepSpec => ({ kind: 'launch', tasks });

function ownPlan(name: OwnPlan, shape: Shape): PlanSpec {
  switch (name) {
    case 'update':
      return { name, strategy: 'serial', phases: update(shape) };
    case 'recovery':
      return serial(name, { pod: 'node', steps: [note('before'), launchOf(...steady(shape)), note('after')] });
    case 'replace':
      return around(serial(name, { pod: 'node', steps: [note('before'), ...launches(shape)] }));
    case 'decommission':
      return serial(name, { pod: 'node', steps: [note('leaving')] });
    case 'uninstall':
      return serial(name, { steps: [note('farewell')] });
    default:
      return name satisfies never;
  }
}

const serial = (name: string, phase: Pick<PhaseSpec, 'pod' | 'steps'>): PlanSpec => ({
  name,
  strategy: 'serial',
  phases: [{ name, strategy: 'serial', ...phase }],
});

const around = (plan: PlanSpec): PlanSpec => ({ ...plan, phases: [setUp, ...plan.phases, tearDown] });

function update(shape: Shape): readonly PhaseSpec[] {
  const consent: StepSpec = { kind: 'approve', name: 'consent', text: 'roll everything' };
  const settled: StepSpec = { kind: 'wait', name: 'settled', probe: 'settled', soakMs: 5_000, deadlineMs: 120_000 };
  return [
    ...(shape.consent ? [{ name: 'consent', strategy: 'serial' as const, steps: [consent] }] : []),
    setUp,
    ...rollout(shape).toReversed(),
    tearDown,
    { name: 'settled', strategy: 'serial', steps: [settled] },
  ];
}

/** Stop and start again, as steps of their own. */
const bounce = (shape: Shape): PlanSpec => ({
  name: 'bounce',
  strategy: 'serial',
  phases: [
    { name: 'bounce', pod: 'node', strategy: shape.strategy, steps: [{ kind: 'stop' }, launchOf(...steady(shape))] },
  ],
});

/** Work besides the tasks: phases that a procedure adds, a probe, a person. */
const chores = (shape: Shape): PlanSpec => ({
  name: 'chores',
  strategy: 'serial',
  phases: [
    setUp,
    { name: 'more', strategy: 'serial', steps: [{ kind: 'call', name: 'more', procedure: 'more' }] },
    {
      name: 'each',
      pod: 'node',
      strategy: 'parallel',
      steps: [
        note('begin'),
        { kind: 'wait', name: 'settled', probe: 'settled', soakMs: 3_000 },
        ...(shape.job === undefined ? [] : [launchOf('job')]),
        { kind: 'approve', name: 'end', text: 'all is well' },
      ],
    },
    tearDown,
    { name: 'rest', strategy: 'serial', steps: [note('rest')] },
  ],
});

/** A diamond of calls. */
const flow: PlanSpec = {
  name: 'flow',
  strategy: 'dependency',
  phases: [
    { ...tearDown, after: ['c'] },
    { name: 'd', strategy: 'serial', steps: [note('d')], after: ['b', 'c'] },
    { name: 'b', strategy: 'serial', steps: [note('b1'), note('b2')], after: ['a'] },
    { name: 'c', strategy: 'parallel', steps: [note('c1'), note('c2')], after: ['set-up'] },
    { ...setUp, after: ['a'] },
    { name: 'a', strategy: 'serial', steps: [note('a')] },
  ],
};
