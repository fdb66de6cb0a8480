/** Answers of package code, looked at before anything is done with them. */
import type { GateAnswer, ProbeAnswer, ServiceSpec } from '@warder/core';
import type { z } from 'zod';
import type { Metric } from '../package/metric.ts';
import type { MadePhase, MadeRecipe } from '../package/plan.ts';
import type { Cost } from '../package/roll.ts';
import type { Deed, Detection } from '../package/watch.ts';
import type { ProcedureAnswer } from './answer.ts';
import type { Outline } from './outline.ts';
import * as shape from './shape.ts';

/** Phases that one procedure may add, and steps that one plan may have. */
const STEPS_MAX = 10_000;
const METRICS_MAX = 100_000;

export const gateAnswer = (value: unknown): GateAnswer => checked<GateAnswer>(shape.gateAnswer, value);
export const probeAnswer = (value: unknown): ProbeAnswer => checked<ProbeAnswer>(shape.probeAnswer, value);
export const sentences = (value: unknown): readonly string[] => checked<readonly string[]>(shape.sentences, value);
export const report = (value: unknown): string => checked<string>(shape.report, value);
export const costs = (value: unknown): readonly Cost[] => checked<readonly Cost[]>(shape.costs, value);
export const deeds = (value: unknown): readonly Deed[] => checked<readonly Deed[]>(shape.deeds, value);
export const detection = (value: unknown): Detection => checked<Detection>(shape.detection, value);
export const serviceSpec = (value: unknown): ServiceSpec => checked<ServiceSpec>(shape.spec, value);
export const outline = (value: unknown): Outline => checked<Outline>(shape.outline, value);

export function metrics(value: unknown): readonly Metric[] {
  if (Array.isArray(value) && value.length > METRICS_MAX) throw nonsense(`more than ${METRICS_MAX} metrics`);
  return checked<readonly Metric[]>(shape.metrics, value);
}

/** Each of those that restart in exactly one, and none too large. */
export function batches(value: unknown, restarts: readonly string[], max: number): readonly (readonly string[])[] {
  const found = checked<readonly (readonly string[])[]>(shape.batches, value);
  const [large] = found.filter((batch) => batch.length > max);
  const names = found.flat();
  const [twice] = names.filter((name, at) => names.indexOf(name) !== at);
  const [strange] = names.filter((name) => !restarts.includes(name));
  const [missing] = restarts.filter((name) => !names.includes(name));
  refuse([
    ...(large === undefined ? [] : [`${large.join(', ')} are more than ${max}`]),
    ...(twice === undefined ? [] : [`${twice} is in two batches`]),
    ...(strange === undefined ? [] : [`${strange} does not restart`]),
    ...(missing === undefined ? [] : [`${missing} is in no batch`]),
  ]);
  return found;
}

/** A recipe that fits the spec and the code. */
export function recipe(value: unknown, spec: ServiceSpec, code: Outline): MadeRecipe {
  const found = checked<MadeRecipe>(shape.madeRecipe, value);
  refuse(phaseProblems(found.phases, spec, code));
  return found;
}

export function procedureAnswer(value: unknown, spec: ServiceSpec, code: Outline): ProcedureAnswer {
  const found = checked<ProcedureAnswer>(shape.procedureAnswer, value);
  refuse([...phaseProblems(found.phases, spec, code), ...phaseProblems(found.last, spec, code)]);
  return found;
}

/** The value is what the shape says; absent and undefined are the same to everybody who reads it. */
function checked<T>(type: z.ZodType, value: unknown): T {
  const result = type.safeParse(value);
  if (result.success) return value as T;
  const [issue] = result.error.issues;
  const at = issue?.path.join('.') ?? '';
  throw nonsense(`${at === '' ? '' : `${at}: `}${issue?.message ?? 'it is not what is asked for'}`);
}

const nonsense = (why: string): Error => new Error(`it answered nonsense: ${why}`);

function refuse(problems: readonly string[]): void {
  if (problems.length > 0) throw nonsense(problems.slice(0, 3).join('; '));
}

/** What phases name and is not there. */
function phaseProblems(phases: readonly MadePhase[], spec: ServiceSpec, code: Outline): readonly string[] {
  let steps = 0;
  const names = new Set(phases.map(({ name }) => name));
  const problems = names.size < phases.length ? ['two phases have one name'] : [];
  for (const phase of phases) {
    const pod = spec.pods.find(({ name }) => name === phase.pod);
    const here = (text: string): void => void problems.push(`phase ${phase.name}: ${text}`);
    if (phase.pod !== undefined && pod === undefined) here(`there is no pod ${phase.pod}`);
    for (const other of phase.after ?? []) if (!names.has(other)) here(`there is no phase ${other}`);
    if (phase.steps === undefined && pod === undefined) here('it has neither a pod nor steps');
    steps += (phase.steps?.length ?? 1) * (pod?.count ?? 1);
    for (const step of phase.steps ?? []) {
      if (pod === undefined && (step.kind === 'launch' || step.kind === 'stop' || step.kind === 'release'))
        here(`a step to ${step.kind} needs a pod`);
      if (pod !== undefined && step.kind === 'configure') here('the configuration is that of every pod: it takes none');
      if (step.kind === 'launch')
        for (const task of step.tasks)
          if (pod?.tasks.every(({ name }) => name !== task) === true) here(`${pod.name} has no task ${task}`);
      if (step.kind === 'call' && !code.procedures.includes(step.procedure))
        here(`the package has no procedure ${step.procedure}`);
      if (step.kind === 'wait' && !code.probes.includes(step.probe)) here(`the package has no probe ${step.probe}`);
    }
  }
  return steps > STEPS_MAX ? [...problems, `it comes to more than ${STEPS_MAX} steps`] : problems;
}
