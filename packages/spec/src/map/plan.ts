import type { PhaseSpec, PlanSpec, StepSpec } from '@warder/core';
import type { plan } from '../language/plan.ts';
import type { StrictOf } from '../shape/shape.ts';

type StrictPlan = StrictOf<typeof plan>;
type StrictPhase = StrictPlan['phases'] extends ReadonlyMap<string, infer Phase> ? Phase : never;

/** `counts`: how many instances each pod has. */
export const planSpec = (name: string, raw: StrictPlan, counts: ReadonlyMap<string, number>): PlanSpec => ({
  name,
  strategy: raw.strategy ?? 'serial',
  phases: [...raw.phases].map(([phase, each]): PhaseSpec => ({
    name: phase,
    pod: each.pod,
    strategy: each.strategy ?? 'serial',
    ...(each.steps ? { steps: stepSpecs(each.steps, counts.get(each.pod) ?? 0) } : {}),
  })),
});

const stepSpecs = (items: NonNullable<StrictPhase['steps']>, count: number): readonly StepSpec[] => {
  const lists = new Map(items.flatMap((item) => [...item]).map(([key, steps]) => [ordinal(key), steps]));
  const otherwise = lists.get('default') ?? [];
  if (lists.size === 1 && lists.has('default')) return otherwise.map((tasks) => ({ kind: 'launch', tasks }));
  // `default` is for the instances that have no steps of their own, so with such each one is named.
  return Array.from({ length: count }, (_, index) =>
    (lists.get(index) ?? otherwise).map((tasks): StepSpec => ({ kind: 'launch', index, tasks })),
  ).flat();
};

const ordinal = (key: string): number | 'default' => (key === 'default' ? key : Number(key));
