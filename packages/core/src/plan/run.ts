/** The beginning and the end of a run. */
import type { Context } from '../context.ts';
import type { Cause, FieldDiff, RunEnd, RunRecord } from '../record/run.ts';
import type { Work } from '../record/step.ts';
import type { PhaseSpec, PhaseStrategy, PlanStrategy } from '../spec/plan.ts';
import { instanceOf } from '../index-records.ts';
import { phaseOf, plainly } from './draft.ts';
import { wrongWith } from './recipe.ts';
import { deleteConfig, deleteRun, nextId, putRun, putStep } from '../write.ts';

/** Ended runs that are kept, and configurations besides those in use. */
const RUNS_MAX = 100;
const CONFIGS_MAX = 20;

/** A run to be: what a dry run shows, and what starting it writes. */
export type RunDraft = {
  readonly plan: string;
  readonly cause: Cause;
  readonly configId: string;
  readonly fromConfigId?: string;
  readonly parentId?: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly strategy: PlanStrategy;
  readonly phases: readonly PhaseDraft[];
};

export type PhaseDraft = {
  readonly name: string;
  readonly strategy: PhaseStrategy;
  readonly together?: boolean;
  readonly after?: readonly string[];
  readonly steps: readonly StepDraft[];
};

export type StepDraft = { readonly name: string; readonly work: Work; readonly diff: readonly FieldDiff[] };

export function startRun(context: Context, { phases, ...draft }: RunDraft): RunRecord {
  const run: RunRecord = { id: `run-${nextId(context)}`, ...draft, createdMs: context.nowMs, phases: [] };
  return withPhases(context, run, phases);
}

/** Phases that a procedure adds to the end of its run; or, in words, what is wrong with them. */
export function addPhases(context: Context, run: RunRecord, specs: readonly PhaseSpec[]): string | undefined {
  const config = context.state.configs.get(run.configId);
  if (config === undefined) return `configuration ${run.configId} is not there any more`;
  const wrong = wrongWith(config.spec, specs);
  if (wrong !== undefined) return wrong;
  withPhases(
    context,
    run,
    specs.map((phase) => phaseOf(phase, config, { ...plainly, again: true })),
  );
  return undefined;
}

function withPhases(context: Context, run: RunRecord, drafts: readonly PhaseDraft[]): RunRecord {
  const first = run.phases.length;
  const longer: RunRecord = {
    ...run,
    phases: [
      ...run.phases,
      ...drafts.map(({ steps, ...phase }, at) => ({
        ...phase,
        stepIds: steps.map((_, index) => `${run.id}.${first + at}.${index}`),
      })),
    ],
  };
  putRun(context, longer);
  for (const [at, { steps }] of drafts.entries()) {
    for (const [index, step] of steps.entries()) {
      putStep(context, {
        id: `${run.id}.${first + at}.${index}`,
        runId: run.id,
        ...step,
        status: 'PENDING',
        deferred: false,
        attempts: 0,
        passed: [],
      });
    }
  }
  context.agenda.add(`run:${run.id}`);
  return longer;
}

export function endRun(context: Context, run: RunRecord, how: RunEnd, by?: string): void {
  putRun(context, { ...run, ended: { ms: context.nowMs, how, ...(by === undefined ? {} : { by }) } });
  // What it had begun is nobody's now: whoever else wants the instance, or its recovery, takes over.
  for (const phase of run.phases) {
    for (const stepId of phase.stepIds) {
      const step = context.state.steps.get(stepId);
      const instance = step === undefined || step.status === 'COMPLETE' ? undefined : instanceOf(step);
      if (instance === undefined) continue;
      context.agenda.add(`instance:${instance}`);
      for (const other of context.state.index.claims.get(instance) ?? []) context.agenda.add(`step:${other}`);
    }
  }
  if (run.parentId !== undefined) context.agenda.add(`step:${run.parentId}`);
  // The replacement policy replaces one at a time: the next may be due.
  if (run.plan === 'replace')
    for (const { name, downSinceMs } of context.state.instances.values())
      if (downSinceMs !== undefined) context.agenda.add(`instance:${name}`);
  prune(context);
}

function prune(context: Context): void {
  const { state } = context;
  const ended = [...state.runs.values()].filter((run) => run.ended !== undefined);
  for (const run of ended.slice(0, Math.max(0, ended.length - RUNS_MAX))) deleteRun(context, run);
  if (state.configs.size <= CONFIGS_MAX) return;
  const used = new Set([state.service?.targetConfigId]);
  for (const { configId, liveConfigId, liveDoubtIds = [] } of state.instances.values()) {
    for (const id of [configId, liveConfigId, ...liveDoubtIds]) used.add(id);
  }
  for (const tasks of state.tasks.values()) for (const task of tasks.values()) used.add(task.configId);
  for (const runId of state.index.activeRuns) {
    const { configId, fromConfigId, phases = [] } = state.runs.get(runId) ?? {};
    used.add(configId).add(fromConfigId ?? configId);
    for (const stepId of phases.flatMap(({ stepIds }) => stepIds)) {
      const { work } = state.steps.get(stepId) ?? {};
      // What is complete may be started again.
      if (work?.kind === 'launch') used.add(work.configId);
    }
  }
  const unused = [...state.configs.keys()].filter((id) => !used.has(id));
  for (const id of unused.slice(0, Math.max(0, state.configs.size - CONFIGS_MAX))) deleteConfig(context, id);
}
