import type { Answer } from '../action.ts';
import { diff } from '../change/diff.ts';
import { liveGapOf } from '../change/gap.ts';
import { restartDiff } from '../change/restart.ts';
import { refusals } from '../change/validate.ts';
import type { Context } from '../context.ts';
import { draftConfigure } from '../plan/draft-configure.ts';
import { endRun, startRun } from '../plan/run.ts';
import { secretRefusals, secretWarnings } from '../plan/secret.ts';
import type { ConfigRecord } from '../record/config.ts';
import type { Cause, RunRecord } from '../record/run.ts';
import type { Request } from '../request.ts';
import type { State } from '../state.ts';
import { nextId, putConfig, putInstance, putService, putStep, putTask } from '../write.ts';
import type { Draft, No } from './preview.ts';
import { newestRun } from './start-plan.ts';

export type NewConfig = Extract<Request, { type: 'configure' }>['config'];

/** Of a configuration that may become the target. */
export function draftConfig(state: State, by: string, config: NewConfig, nowMs: number, why?: string): Draft {
  const old = state.configs.get(state.service?.targetConfigId ?? '');
  const changed = old === undefined ? [] : diff(fieldsOf(old), fieldsOf(config));
  const record: ConfigRecord = { ...config, id: 'new', createdMs: nowMs };
  const text = [...(why === undefined ? [] : [why]), causeText(old, config, changed.length)].join(': ');
  const draft = draftConfigure(state, record, { by, text, diff: changed });
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
  return draftConfig(state, by, config, nowMs, `rolls back to ${configId}`);
}

export function draftPlanRollback(state: State, by: string, plan: string, nowMs: number): Draft | No {
  const run = newestRun(state, plan);
  if (run === undefined) return { ok: false, code: 'plan-unknown', message: `plan ${plan} has never run` };
  const { fromConfigId } = run;
  if (fromConfigId === undefined) {
    const message = `${run.id} cannot be rolled back: it had no configuration before it`;
    return { ok: false, code: 'no-way-back', message };
  }
  if (run.configId !== state.service?.targetConfigId) {
    const message = `${run.id} is not the newest change: ${state.service?.targetConfigId} is the target since`;
    return { ok: false, code: 'no-way-back', message };
  }
  return draftConfigRollback(state, by, fromConfigId, nowMs);
}

export function keptConfig(state: State, configId: string): NewConfig | undefined {
  const config = state.configs.get(configId);
  if (config === undefined) return undefined;
  const { id: _id, createdMs: _createdMs, ...contents } = config;
  return contents;
}

const fieldsOf = ({ options, version, packageVersion }: NewConfig): unknown => ({ options, version, packageVersion });

function causeText(old: ConfigRecord | undefined, config: NewConfig, changes: number): string {
  if (old === undefined) return 'installed';
  if (old.version !== config.version) return `version ${old.version} -> ${config.version}`;
  return changes === 0 ? 'the same options again' : `${changes} option${changes === 1 ? '' : 's'} changed`;
}

/** `undone`: the run that this rolls back. */
export function configure(context: Context, by: string, contents: NewConfig, cause: Cause, undone?: RunRecord): Answer {
  const { state, nowMs } = context;
  const { service } = state;
  if (service === undefined) return { ok: false, code: 'service-unknown', message: 'the service was not created' };
  const config: ConfigRecord = { ...contents, id: `config-${nextId(context)}`, createdMs: nowMs };
  putConfig(context, config);
  putService(context, { ...(state.service ?? service), targetConfigId: config.id });
  // What the old run had begun goes on under the new one: its instances are compared as they stand.
  for (const runId of state.index.activeRuns) {
    const run = state.runs.get(runId);
    if (run?.plan !== 'deploy' && run?.plan !== 'update') continue;
    endRun(context, run, run.id === undone?.id ? 'ROLLED_BACK' : 'SUPERSEDED', by);
  }
  const drafted = draftConfigure(state, config, cause);
  const draft = service.targetConfigId === '' ? drafted : { ...drafted, fromConfigId: service.targetConfigId };
  relabel(context, config);
  const run = startRun(context, draft);
  return { ok: true, message: `${draft.plan} of ${service.name} has begun`, runId: run.id };
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
    const liveAsIs = instance.index < to.count && liveGapOf(state, config, instance).length === 0;
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
