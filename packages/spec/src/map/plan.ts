import type { PhaseSpec, PhaseStrategy, PlanSpec, StepSpec, StepSpecWork } from '@warder/core';
import type { plan } from '../language/plan.ts';
import type { StrictStep, StrictWork } from '../language/step.ts';
import type { StrictOf } from '../shape/shape.ts';
import { milliseconds } from './time.ts';

type StrictPlan = StrictOf<typeof plan>;
type Numbers = ReadonlyMap<string, readonly number[]>;
type StrictPhase = StrictPlan['phases'] extends ReadonlyMap<string, infer Phase> ? Phase : never;

/** `numbers`: those of the instances of each pod. */
export const planSpec = (name: string, raw: StrictPlan, numbers: Numbers): PlanSpec => ({
  name,
  strategy: raw.strategy ?? 'serial',
  phases: [...raw.phases].map(([phase, each]) => phaseSpec(phase, each, numbers)),
});

const phaseSpec = (name: string, raw: StrictPhase, numbers: Numbers): PhaseSpec => {
  const { pod, strategy, steps, after, cleanup, soak } = raw;
  return {
    name,
    ...(pod === undefined ? {} : { pod }),
    strategy: strategyOf(strategy),
    ...(steps ? { steps: stepSpecs(steps, numbers.get(pod ?? '') ?? []) } : {}),
    ...(after ? { after } : {}),
    ...(cleanup === true ? { cleanup } : {}),
    ...(soak === undefined ? {} : { soakMs: milliseconds(soak) }),
  };
};

const strategyOf = (raw: StrictPhase['strategy'] = 'serial'): PhaseStrategy =>
  raw === 'canary' ? 'serial-canary' : raw;

const stepSpecs = (items: readonly StrictStep[], numbers: readonly number[]): readonly StepSpec[] => {
  const keys = items.flatMap((item) => (isOrdinal(item) ? [...item.keys()] : []));
  const named = new Set(keys.filter((key) => key !== 'default').map(Number));
  if (named.size === 0) return stepsOf(items, undefined, named);
  // `default` is for the instances that have no steps of their own, so with such each one is named.
  return numbers.flatMap((index) => stepsOf(items, index, named));
};

const isOrdinal = (item: StrictStep): item is Extract<StrictStep, ReadonlyMap<string, unknown>> => item instanceof Map;

/** The steps of one instance; without an index, those of each of them. */
const stepsOf = (
  items: readonly StrictStep[],
  index: number | undefined,
  named: ReadonlySet<number>,
): readonly StepSpec[] => {
  const isNamed = index !== undefined && named.has(index);
  return items
    .flatMap((item) => {
      if (!isOrdinal(item)) return [item];
      return [...item].flatMap(([key, works]) => ((key === 'default' ? !isNamed : Number(key) === index) ? works : []));
    })
    .map((work) => ({ ...(index === undefined ? {} : { index }), ...workSpec(work) }));
};

const workSpec = (raw: StrictWork): StepSpecWork => {
  if (raw === 'stop' || raw === 'release') return { kind: raw };
  if ('call' in raw) {
    const { call, name, args } = raw;
    return { kind: 'call', name: name ?? call, procedure: call, ...(args === undefined ? {} : { args }) };
  }
  if ('wait' in raw) {
    const { wait, name, args, soak, deadline } = raw;
    return {
      kind: 'wait',
      name: name ?? wait,
      probe: wait,
      ...(args === undefined ? {} : { args }),
      ...(soak === undefined ? {} : { soakMs: milliseconds(soak) }),
      ...(deadline === undefined ? {} : { deadlineMs: milliseconds(deadline) }),
    };
  }
  if ('approve' in raw) return { kind: 'approve', name: raw.name ?? 'approve', text: raw.approve };
  return { kind: 'launch', tasks: raw };
};
