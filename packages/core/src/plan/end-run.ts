/** How runs end: at once, or when what they have set up is taken away. */
import type { Context } from '../context.ts';
import { instanceOf, isDropped } from '../index-records.ts';
import type { RunEnd, RunRecord } from '../record/run.ts';
import { deleteConfig, deleteRun, putRun } from '../write.ts';
import { cleanupOf } from './cleanup.ts';
import { LINES_MAX } from './left-behind.ts';

/** Ended runs that are kept, and configurations besides those in use. */
const RUNS_MAX = 100;
const CONFIGS_MAX = 20;

/** Give it up. What it has begun is dropped; its cleanup phases are done, and then it has ended. */
export function endRun(context: Context, run: RunRecord, how: RunEnd, by?: string): void {
  const who = by === undefined ? {} : { by };
  if (run.ending !== undefined) {
    if (how === 'ROLLED_BACK') putRun(context, { ...run, ending: { ms: run.ending.ms, how, ...who } });
    return;
  }
  if (cleanupOf(context.state, run).length === 0) {
    closeRun(context, run, how, by);
    return;
  }
  const { paused: _paused, ...rest } = run;
  const phases = run.phases.map((phase) => {
    const { paused: _held, ...others } = phase;
    return phase.cleanup === true ? others : phase;
  });
  putRun(context, { ...rest, phases, ending: { ms: context.nowMs, how, ...who } });
  letOthers(context, run.id);
  context.agenda.add(`run:${run.id}`);
}

/** It has ended, now; what it has not cleaned up is told. */
export function closeRun(context: Context, run: RunRecord, how: RunEnd, by?: string): void {
  const { state } = context;
  const undone = how === 'COMPLETE' ? [] : cleanupOf(state, run);
  const lines = undone.map(
    ({ name, reason }) => `${name} was not done${reason === undefined ? '' : `: ${reason.text}`}`,
  );
  const leftBehind = [...(run.leftBehind ?? []), ...lines].slice(0, LINES_MAX);
  const { ending: _ending, ...rest } = run;
  putRun(context, {
    ...rest,
    ...(leftBehind.length === 0 ? {} : { leftBehind }),
    ended: { ms: context.nowMs, how, ...(by === undefined ? {} : { by }) },
  });
  letOthers(context, run.id);
  if (run.parentId !== undefined) {
    context.agenda.add(`step:${run.parentId}`);
    context.agenda.add(`run:${state.steps.get(run.parentId)?.runId}`);
  }
  for (const id of state.index.activeRuns)
    if (state.runs.get(id)?.afterIds?.includes(run.id) === true) context.agenda.add(`run:${id}`);
  // The replacement policy replaces one at a time: the next may be due.
  if (run.plan === 'replace')
    for (const { name, downSinceMs } of state.instances.values())
      if (downSinceMs !== undefined) context.agenda.add(`instance:${name}`);
  prune(context);
}

/** What it had begun is nobody's now: whoever else wants the instance, or its recovery, takes over. */
function letOthers(context: Context, runId: string): void {
  const { state, agenda } = context;
  const run = state.runs.get(runId);
  for (const stepId of run?.phases.flatMap(({ stepIds }) => stepIds) ?? []) {
    const step = state.steps.get(stepId);
    if (step === undefined || step.status === 'COMPLETE' || !isDropped(run, stepId)) continue;
    const instance = instanceOf(step);
    if (instance === undefined) continue;
    agenda.add(`instance:${instance}`);
    for (const other of state.index.claims.get(instance) ?? []) agenda.add(`step:${other}`);
  }
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
