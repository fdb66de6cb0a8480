import type { Answer } from '../action.ts';
import { diff } from '../change/diff.ts';
import { fingerprint } from '../change/fingerprint.ts';
import { liveGapOf } from '../change/gap.ts';
import { restartDiff } from '../change/restart.ts';
import { refusals } from '../change/validate.ts';
import type { Context } from '../context.ts';
import { draftConfigure } from '../plan/draft.ts';
import { endRun, startRun } from '../plan/run.ts';
import type { RunDraft } from '../plan/run.ts';
import type { ConfigRecord } from '../record/config.ts';
import type { Cause, FieldDiff } from '../record/run.ts';
import type { Request } from '../request.ts';
import type { State } from '../state.ts';
import { nextId, putConfig, putInstance, putService, putStep, putTask } from '../write.ts';

export type NewConfig = Extract<Request, { type: 'configure' }>['config'];

export type ConfigureDraft = {
  readonly hash: string;
  readonly diff: readonly FieldDiff[];
  readonly refusals: readonly string[];
  readonly draft: RunDraft;
};

/** What `configure` would do now: the same world and the same configuration have the same hash. */
export function previewConfigure(state: State, config: NewConfig, by: string, nowMs: number): ConfigureDraft {
  const old = state.configs.get(state.service?.targetConfigId ?? '');
  const changed = old === undefined ? [] : diff(fieldsOf(old), fieldsOf(config));
  const record: ConfigRecord = { ...config, id: 'new', createdMs: nowMs };
  const cause: Cause = { by, text: causeText(old, config, changed.length), diff: changed };
  const draft = draftConfigure(state, record, cause);
  const agents = [...state.instances.values()].map(({ name, configId, liveConfigId, reservation }) => ({
    name,
    configId,
    liveConfigId,
    agentId: reservation?.agentId,
  }));
  const hash = fingerprint({ phases: draft.phases, target: old?.id, spec: config.spec, agents });
  return { hash, diff: changed, draft, refusals: old === undefined ? [] : refusals(old.spec, config.spec) };
}

const fieldsOf = ({ options, version, packageVersion }: NewConfig): unknown => ({ options, version, packageVersion });

function causeText(old: ConfigRecord | undefined, config: NewConfig, changes: number): string {
  if (old === undefined) return 'installed';
  if (old.version !== config.version) return `version ${old.version} -> ${config.version}`;
  return changes === 0 ? 'the same options again' : `${changes} option${changes === 1 ? '' : 's'} changed`;
}

export function configure(context: Context, by: string, request: Extract<Request, { type: 'configure' }>): Answer {
  const { state, nowMs } = context;
  const { service } = state;
  if (service === undefined) return { ok: false, code: 'service-unknown', message: 'the service was not created' };
  if (service.uninstalling) {
    return { ok: false, code: 'service-uninstalling', message: `${service.name} is being uninstalled` };
  }
  const preview = previewConfigure(state, request.config, by, nowMs);
  if (preview.refusals.length > 0) {
    const message = `the new configuration is refused: ${preview.refusals.join('; ')}`;
    return { ok: false, code: 'config-refused', message, detail: preview.refusals };
  }
  if (request.hash !== undefined && request.hash !== preview.hash) {
    const message = `the dry run ${request.hash} does not hold any more: it would be ${preview.hash} now`;
    return { ok: false, code: 'plan-stale', message };
  }
  const config: ConfigRecord = { ...request.config, id: `config-${nextId(context)}`, createdMs: nowMs };
  putConfig(context, config);
  putService(context, { ...(state.service ?? service), targetConfigId: config.id });
  // What the old run had begun goes on under the new one: its instances are compared as they stand.
  for (const runId of state.index.activeRuns) {
    const run = state.runs.get(runId);
    if (run?.plan === 'deploy' || run?.plan === 'update') endRun(context, run, 'SUPERSEDED', by);
  }
  const draft = draftConfigure(state, config, preview.draft.cause);
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
    const asIs = restartDiff(from, to).length === 0;
    const liveAsIs = liveGapOf(state, config, instance).length === 0;
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
