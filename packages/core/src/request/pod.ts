import type { Answer } from '../action.ts';
import type { Context } from '../context.ts';
import { isBegun } from '../index-records.ts';
import { deployLists, draftUninstall } from '../plan/draft.ts';
import { endRun, startRun } from '../plan/run.ts';
import type { Request } from '../request.ts';
import { putInstance, putService } from '../write.ts';

/** Restart in place, or replace: a run of one step, with the gates of its pod. */
export function askPod(
  context: Context,
  by: string,
  request: Extract<Request, { type: 'pod-restart' | 'pod-replace' }>,
): Answer {
  const { state } = context;
  const instance = state.instances.get(request.instance);
  const plan = request.type === 'pod-replace' ? 'replace' : 'restart';
  if (instance === undefined || state.service === undefined) {
    return { ok: false, code: 'pod-unknown', message: `there is no pod ${request.instance}` };
  }
  if (state.service.uninstalling) {
    return { ok: false, code: 'service-uninstalling', message: `${state.service.name} is being uninstalled` };
  }
  for (const stepId of state.index.claims.get(instance.name) ?? []) {
    const step = state.steps.get(stepId);
    const run = state.runs.get(step?.runId ?? '');
    if (step === undefined || run === undefined) continue;
    // A replace whose new place is lost as well begins anew.
    const lost = plan === 'replace' && state.offers.get(instance.reservation?.agentId ?? '')?.state === 'gone';
    // So does one that waits at its gates and is asked for again, past them.
    const past = request.force && !isBegun(step.status) && step.work.kind === 'launch' && !step.work.force;
    if (run.plan === plan && !lost && !past)
      return { ok: false, code: 'already', message: `${run.id} does that already` };
    // The newer wish takes over what a recovery has begun.
    if (run.plan === 'recovery' || run.plan === plan) endRun(context, run, 'SUPERSEDED', by);
  }
  const config = state.configs.get(instance.configId);
  const pod = config?.spec.pods.find(({ name }) => name === instance.pod);
  if (config === undefined || pod === undefined) {
    return { ok: false, code: 'pod-unknown', message: `${instance.name} has no configuration any more` };
  }
  const { backoff: _backoff, ...rest } = instance;
  putInstance(context, rest);
  // What is replaced starts from nothing: its tasks come in the order of the deploy, those that ran once included.
  const lists =
    plan === 'replace'
      ? deployLists(config.spec, pod, instance.index)
      : [pod.tasks.filter(({ goal }) => goal === 'RUNNING').map(({ name }) => name)];
  const run = startRun(context, {
    plan,
    cause: { by, text: `${by} asked to ${plan} ${instance.name}${request.force ? ', past its gates' : ''}`, diff: [] },
    configId: config.id,
    strategy: 'serial',
    phases: [
      {
        name: instance.name,
        strategy: 'serial',
        steps: lists.map((tasks, at) => ({
          name: `${instance.name}:[${tasks.join(', ')}]`,
          diff: [],
          work: {
            kind: 'launch',
            instance: instance.name,
            tasks,
            configId: config.id,
            restart: at === 0,
            replace: plan === 'replace' && at === 0,
            force: request.force,
          },
        })),
      },
    ],
  });
  return {
    ok: true,
    message: `${plan} of ${instance.name} has begun`,
    runId: run.id,
    detail: { pod: instance.name, tasks: lists.flat() },
  };
}

/** Cannot be undone: every other run ends, and no new one begins. */
export function askUninstall(context: Context, by: string): Answer {
  const { state } = context;
  const { service } = state;
  const config = state.configs.get(service?.targetConfigId ?? '');
  if (service === undefined || config === undefined) {
    return { ok: false, code: 'service-unknown', message: 'there is no service' };
  }
  if (service.uninstalling)
    return { ok: false, code: 'already', message: `${service.name} is being uninstalled already` };
  putService(context, { ...service, uninstalling: true });
  for (const runId of state.index.activeRuns) {
    const run = state.runs.get(runId);
    if (run !== undefined) endRun(context, run, 'SUPERSEDED', by);
  }
  const run = startRun(context, draftUninstall(state, config, { by, text: `${by} asked to uninstall`, diff: [] }));
  return { ok: true, message: `uninstall of ${service.name} has begun`, runId: run.id };
}
