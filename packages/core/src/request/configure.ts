import type { Answer } from '../action.ts';
import { diff } from '../change/diff.ts';
import { liveGapOf } from '../change/gap.ts';
import { restartDiff } from '../change/restart.ts';
import { refusals } from '../change/validate.ts';
import type { Context } from '../context.ts';
import { draftConfigure } from '../plan/draft-configure.ts';
import { afterThose } from '../plan/cleanup.ts';
import { endRun } from '../plan/end-run.ts';
import { startRun } from '../plan/run.ts';
import { secretRefusals, secretWarnings } from '../plan/secret.ts';
import { fieldsOf } from '../plan/stages.ts';
import type { ConfigRecord } from '../record/config.ts';
import type { Cause, RunRecord } from '../record/run.ts';
import type { StepRecord } from '../record/step.ts';
import type { Request, Roll } from '../request.ts';
import { hasInstance } from '../spec/instance.ts';
import type { State } from '../state.ts';
import { nextId, putConfig, putInstance, putService, putStep, putTask } from '../write.ts';
import type { Draft, No } from './preview.ts';
import { draftStart, newestRun } from './start-plan.ts';

export type NewConfig = Extract<Request, { type: 'configure' }>['config'];

/** Of a configuration that may become the target. */
export function draftConfig(
  state: State,
  by: string,
  config: NewConfig,
  nowMs: number,
  { why, roll }: { readonly why?: string; readonly roll?: Roll } = {},
): Draft {
  const old = state.configs.get(state.service?.targetConfigId ?? '');
  const changed = old === undefined ? [] : diff(fieldsOf(old), fieldsOf(config));
  const record: ConfigRecord = { ...config, id: 'new', createdMs: nowMs };
  const text = [...(why === undefined ? [] : [why]), causeText(old, config, changed.length)].join(': ');
  const draft = draftConfigure(state, record, { by, text, diff: changed }, roll);
  return {
    draft,
    diff: changed,
    refusals: [...refusals(old?.spec, config.spec, state.features), ...secretRefusals(config.spec)],
    warnings: secretWarnings(state, config.spec),
    wish: config.spec,
  };
}

/** The contents of a kept configuration, as a new one. */
export function draftConfigRollback(state: State, by: string, configId: string, nowMs: number): Draft | No {
  const config = keptConfig(state, configId);
  if (config === undefined) {
    const kept = [...state.configs.keys()].join(', ');
    return { ok: false, code: 'config-unknown', message: `there is no configuration ${configId}; kept are ${kept}` };
  }
  if (configId === state.service?.targetConfigId)
    return { ok: false, code: 'already', message: `${configId} is the target already` };
  return draftConfig(state, by, config, nowMs, { why: `rolls back to ${configId}` });
}

export function draftPlanRollback(
  state: State,
  by: string,
  { plan, recipe }: Extract<Request, { type: 'plan-rollback' }>,
  nowMs: number,
): Draft | No {
  const run = newestRun(state, plan);
  if (run === undefined) return { ok: false, code: 'plan-unknown', message: `plan ${plan} has never run` };
  const { fromConfigId } = run;
  if (fromConfigId === undefined) {
    const message = `${run.id} cannot be rolled back: it had no configuration before it`;
    return { ok: false, code: 'no-way-back', message };
  }
  const door = doorOf(state, run);
  if (door !== undefined)
    return { ok: false, code: 'no-way-back', message: `${run.id} cannot be rolled back: ${door}` };
  if (newestConfigOf(state, run) !== state.service?.targetConfigId) {
    const message = `${run.id} is not the newest change: ${state.service?.targetConfigId} is the target since`;
    return { ok: false, code: 'no-way-back', message };
  }
  if (recipe === undefined) return draftConfigRollback(state, by, fromConfigId, nowMs);
  const text = `${by} rolls ${run.id} back`;
  return draftStart(state, by, { type: 'plan-start', plan: recipe.name, recipe, text }, nowMs);
}

const stepsOf = ({ steps }: State, run: RunRecord): readonly StepRecord[] =>
  run.phases.flatMap(({ stepIds }) => stepIds.flatMap((id) => steps.get(id) ?? []));

/** Why there is no way back any more: a stage or a call that is for good has begun. */
const doorOf = (state: State, run: RunRecord): string | undefined =>
  stepsOf(state, run).flatMap(({ work, childId, attempts }) => {
    if (work.kind === 'configure') return childId === undefined ? [] : (work.oneWay ?? []);
    return work.kind === 'call' && attempts > 0 ? (work.oneWay ?? []) : [];
  })[0];

/** Of a run that goes through several, the one that it has come to. */
const newestConfigOf = (state: State, run: RunRecord): string | undefined =>
  stepsOf(state, run).reduce((newest, { childId }) => state.runs.get(childId ?? '')?.configId ?? newest, run.configId);

/** Those on their way through several configurations, or given up there and not cleaned up yet. */
export const stagedRuns = (state: State): readonly RunRecord[] =>
  [...state.index.activeRuns]
    .flatMap((id) => state.runs.get(id) ?? [])
    .filter((run) =>
      stepsOf(state, run).some(({ work, status }) => work.kind === 'configure' && status !== 'COMPLETE'),
    );

export function keptConfig(state: State, configId: string): NewConfig | undefined {
  const config = state.configs.get(configId);
  if (config === undefined) return undefined;
  const { id: _id, createdMs: _createdMs, ...contents } = config;
  return contents;
}

function causeText(old: ConfigRecord | undefined, config: NewConfig, changes: number): string {
  if (old === undefined) return 'installed';
  if (old.version !== config.version) return `version ${old.version} -> ${config.version}`;
  return changes === 0 ? 'the same options again' : `${changes} option${changes === 1 ? '' : 's'} changed`;
}

/** `undone`: the run that this rolls back. `parentId`: the step of a longer plan that this is a stage of. */
export function configure(
  context: Context,
  by: string,
  contents: NewConfig,
  cause: Cause,
  { undone, parentId, roll }: { readonly undone?: RunRecord; readonly parentId?: string; readonly roll?: Roll } = {},
): Answer {
  const { state, nowMs } = context;
  const { service } = state;
  if (service === undefined) return { ok: false, code: 'service-unknown', message: 'the service was not created' };
  const config: ConfigRecord = { ...contents, id: `config-${nextId(context)}`, createdMs: nowMs };
  putConfig(context, config);
  putService(context, { ...(state.service ?? service), targetConfigId: config.id });
  // What the old run had begun goes on under the new one: its instances are compared as they stand.
  const before = giveWay(context, by, undone);
  const draft = {
    ...draftConfigure(state, config, cause, roll),
    ...afterThose(state, before),
    ...(service.targetConfigId === '' ? {} : { fromConfigId: service.targetConfigId }),
    ...(parentId === undefined ? {} : { parentId }),
  };
  relabel(context, config);
  const run = startRun(context, draft);
  return { ok: true, message: `${draft.plan} of ${service.name} has begun`, runId: run.id };
}

/** Whoever brings a configuration now makes room for another. Answered are the ids of those that were active. */
export function giveWay(context: Context, by: string, undone: RunRecord | undefined): readonly string[] {
  const { state } = context;
  const ids = undone === undefined ? [] : [undone.id];
  if (undone !== undefined && undone.ended === undefined) endRun(context, undone, 'ROLLED_BACK', by);
  for (const runId of state.index.activeRuns) {
    const run = state.runs.get(runId);
    if (run?.plan !== 'deploy' && run?.plan !== 'update') continue;
    ids.push(runId);
    endRun(context, run, 'SUPERSEDED', by);
  }
  return [...new Set(ids)];
}

/** Instances whose tasks need no restart have the new configuration from now on. */
function relabel(context: Context, config: ConfigRecord): void {
  const { state } = context;
  for (const instance of state.instances.values()) {
    const named = (pod: { readonly name: string }): boolean => pod.name === instance.pod;
    const to = config.spec.pods.find(named);
    const from = state.configs.get(instance.configId)?.spec.pods.find(named);
    if (to === undefined || from === undefined) continue;
    const asIs = restartDiff(from, to, instance.reservation).length === 0;
    // What is not wanted is brought no live values: should it be wanted again, it lacks them.
    const liveAsIs = hasInstance(to, instance.index) && liveGapOf(state, config, instance).length === 0;
    if (!asIs && !liveAsIs) continue;
    const { liveDoubtIds = [], ...rest } = instance;
    putInstance(context, {
      ...rest,
      ...(asIs ? { configId: config.id } : {}),
      ...(liveAsIs ? { liveConfigId: config.id } : liveDoubtIds.length === 0 ? {} : { liveDoubtIds }),
    });
    if (!asIs) continue;
    // What is under way for it brings it to the configuration that it now has.
    for (const stepId of state.index.claims.get(instance.name) ?? []) {
      const step = state.steps.get(stepId);
      if (step?.work.kind === 'launch' && step.work.configId === instance.configId) {
        putStep(context, { ...step, work: { ...step.work, configId: config.id } });
      }
    }
    for (const task of state.tasks.get(instance.name)?.values() ?? []) {
      if (task.configId === instance.configId) putTask(context, { ...task, configId: config.id });
    }
  }
}
