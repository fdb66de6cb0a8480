import { newestRun } from '@warder/core';
import type { State } from '@warder/core';
import { type RunView, viewRun } from './run.ts';

/** The plans that a service has: deploy, those of its spec, those that its package's code makes, and whatever ran. */
export function planNames(state: State, made: readonly string[]): readonly string[] {
  const spec = targetSpec(state);
  const ran = [...state.runs.values()].map((run) => run.plan);
  return [...new Set(['deploy', ...(spec?.plans.map((plan) => plan.name) ?? []), ...made, ...ran])];
}

/** Undefined: there is no such plan. */
export function viewPlan(state: State, plan: string, made: readonly string[], nowMs: number): RunView | undefined {
  const run = newestRun(state, plan);
  if (run !== undefined) return viewRun(state, run, nowMs);
  return planNames(state, made).includes(plan) ? neverRan(state, plan) : undefined;
}

function neverRan(state: State, plan: string): RunView {
  return {
    id: '',
    name: plan,
    status: 'PENDING',
    strategy: targetSpec(state)?.plans.find((spec) => spec.name === plan)?.strategy ?? 'serial',
    errors: [],
    cause: { by: '', text: 'it never ran', diff: [] },
    configId: state.service?.targetConfigId ?? '',
    createdMs: state.service?.createdMs ?? 0,
    progress: { done: 0, total: 0 },
    phases: [],
  };
}

/** 417 as in dcos-commons: scripts that wait for a plan watch for it. */
export function planHttpStatus(view: RunView): 200 | 202 | 417 {
  if (view.errors.length > 0 && view.ended === undefined) return 417;
  return view.status === 'COMPLETE' || view.ended !== undefined ? 200 : 202;
}

/** The spec that the service is (on its way) to. */
export function targetSpec(state: State) {
  return state.configs.get(state.service?.targetConfigId ?? '')?.spec;
}
