/** Restart, replace, pause and resume of one pod instance: runs of their own, with the gates of its pod. */
import type { Answer } from '../action.ts';
import type { Context } from '../context.ts';
import { isBegun } from '../index-records.ts';
import { deployPhase, draftInstance, phaseOf, plainly, stopStep } from '../plan/draft.ts';
import type { Manner } from '../plan/draft.ts';
import { endRun, startRun } from '../plan/run.ts';
import type { PhaseDraft, RunDraft } from '../plan/run.ts';
import type { ConfigRecord } from '../record/config.ts';
import type { InstanceRecord } from '../record/instance.ts';
import type { Cause } from '../record/run.ts';
import type { StartRequest } from '../request.ts';
import type { PodSpec } from '../spec/pod.ts';
import type { State } from '../state.ts';
import { putInstance } from '../write.ts';
import type { Draft, No } from './preview.ts';

export type PodRequest = Extract<StartRequest, { type: `pod-${string}` }>;

type Subject = { readonly instance: InstanceRecord; readonly config: ConfigRecord; readonly pod: PodSpec };

export const planOf = ({ type }: PodRequest): string => type.slice('pod-'.length);

export function draftPod(state: State, by: string, request: PodRequest): Draft | No {
  const subject = subjectOf(state, request.instance);
  if ('ok' in subject) return subject;
  const busy = atItAlready(state, request);
  if (busy !== undefined) return busy;
  const past = 'force' in request && request.force ? ', past its gates' : '';
  const cause: Cause = { by, text: `${by} asked to ${planOf(request)} ${request.instance}${past}`, diff: [] };
  switch (request.type) {
    case 'pod-restart':
      return { draft: draftRestart(subject, cause, request.force) };
    case 'pod-replace':
      return { draft: draftReplace(subject, cause, request.force) };
    case 'pod-pause':
      return draftPause(subject, cause, request);
    case 'pod-resume':
      return draftResume(subject, cause, request);
    default:
      return request satisfies never;
  }
}

function subjectOf(state: State, name: string): Subject | No {
  const instance = state.instances.get(name);
  if (instance === undefined) return { ok: false, code: 'pod-unknown', message: `there is no pod ${name}` };
  const config = state.configs.get(instance.configId);
  const pod = config?.spec.pods.find((other) => other.name === instance.pod);
  return config === undefined || pod === undefined
    ? { ok: false, code: 'pod-unknown', message: `${name} has no configuration any more` }
    : { instance, config, pod };
}

/** A run for this very request that waits or works. */
function atItAlready(state: State, request: PodRequest): No | undefined {
  const { instance, type } = request;
  const plan = planOf(request);
  for (const stepId of state.index.claims.get(instance) ?? []) {
    const step = state.steps.get(stepId);
    const run = state.runs.get(step?.runId ?? '');
    if (step === undefined || run?.plan !== plan) continue;
    // A replace whose new place is lost as well begins anew.
    const agentId = state.instances.get(instance)?.reservation?.agentId ?? '';
    if (type === 'pod-replace' && state.offers.get(agentId)?.state === 'gone') continue;
    // So does one that waits at its gates and is asked for again, past them.
    const forced =
      step.work.kind === 'launch' ? step.work.force : step.work.kind === 'stop' && step.work.gates.length === 0;
    if ('force' in request && request.force && !isBegun(step.status) && !forced) continue;
    return { ok: false, code: 'already', message: `${run.id} does that already` };
  }
  return undefined;
}

const inPlace: Manner = { ...plainly, restart: true };

function draftRestart(
  { instance: { name, pod: podName, index }, config, pod }: Subject,
  cause: Cause,
  force: boolean,
): RunDraft {
  const tasks = pod.tasks.filter(({ goal }) => goal === 'RUNNING').map((task) => task.name);
  const phase = { name, pod: podName, strategy: 'serial' as const, steps: [{ kind: 'launch' as const, tasks }] };
  const manner: Manner = { ...inPlace, force, only: { pod: podName, index } };
  return {
    plan: 'restart',
    cause,
    configId: config.id,
    strategy: 'serial',
    phases: [phaseOf(phase, config, manner)],
  };
}

/** What is replaced starts from nothing: its tasks come in the order of the deploy, those that ran once included. */
export function draftReplace({ instance, config, pod }: Subject, cause: Cause, force: boolean): RunDraft {
  const manner: Manner = { ...inPlace, replace: true, force };
  const usual = deployPhase(config, pod, instance.index, manner);
  return draftInstance(config, { plan: 'replace', pod: pod.name, index: instance.index, cause }, manner, [usual]);
}

function draftPause(
  { instance, config, pod }: Subject,
  cause: Cause,
  { tasks, force }: Extract<PodRequest, { type: 'pod-pause' }>,
): Draft | No {
  const unknown = unknownTask(pod, tasks);
  if (unknown !== undefined) return unknown;
  const names = tasks.length === 0 ? pod.tasks.map(({ name }) => name) : tasks;
  if (names.every((name) => instance.paused?.tasks.includes(name) === true))
    return { ok: false, code: 'already', message: `${instance.name} is paused already` };
  const steps = [stopStep(instance.name, { tasks: names, gates: force ? [] : ['stop'] })];
  return { draft: oneRun('pause', cause, config, { name: instance.name, strategy: 'serial', steps }) };
}

function draftResume(
  { instance, config, pod }: Subject,
  cause: Cause,
  { tasks }: Extract<PodRequest, { type: 'pod-resume' }>,
): Draft | No {
  const unknown = unknownTask(pod, tasks);
  if (unknown !== undefined) return unknown;
  if (instance.paused === undefined) return { ok: false, code: 'already', message: `${instance.name} is not paused` };
  const phase = deployPhase(config, pod, instance.index, plainly);
  return { draft: oneRun('resume', cause, config, phase) };
}

function unknownTask(pod: PodSpec, tasks: readonly string[]): No | undefined {
  const unknown = tasks.find((task) => !pod.tasks.some(({ name }) => name === task));
  if (unknown === undefined) return undefined;
  const message = `pod ${pod.name} has no task ${unknown}; it has ${pod.tasks.map(({ name }) => name).join(', ')}`;
  return { ok: false, code: 'task-unknown', message };
}

const oneRun = (plan: string, cause: Cause, config: ConfigRecord, phase: PhaseDraft): RunDraft => ({
  plan,
  cause,
  configId: config.id,
  strategy: 'serial',
  phases: [phase],
});

export function startPod(context: Context, by: string, request: PodRequest, draft: RunDraft): Answer {
  const { state, nowMs } = context;
  const { instance: name } = request;
  for (const stepId of [...(state.index.claims.get(name) ?? [])]) {
    const run = state.runs.get(state.steps.get(stepId)?.runId ?? '');
    // The newer wish takes over what a recovery has begun.
    if (run?.ended === undefined && (run?.plan === 'recovery' || run?.plan === draft.plan))
      endRun(context, run, 'SUPERSEDED', by);
  }
  const instance = state.instances.get(name);
  if (instance === undefined) throw new Error(`the preview found ${name}, and it is not there`);
  const { backoff: _backoff, paused, ...rest } = instance;
  if (request.type === 'pod-pause') {
    const named = request.tasks.length === 0 ? tasksOf(context, instance) : request.tasks;
    const tasks = [...new Set([...(paused?.tasks ?? []), ...named])];
    putInstance(context, { ...rest, paused: { by, sinceMs: nowMs, tasks } });
  } else if (request.type === 'pod-resume' && paused !== undefined) {
    const tasks = request.tasks.length === 0 ? [] : paused.tasks.filter((task) => !request.tasks.includes(task));
    putInstance(context, tasks.length === 0 ? rest : { ...rest, paused: { ...paused, tasks } });
  } else putInstance(context, { ...rest, ...(paused === undefined ? {} : { paused }) });
  const run = startRun(context, draft);
  const tasks = draft.phases.flatMap(({ steps }) =>
    steps.flatMap(({ work }) => ('tasks' in work ? (work.tasks ?? []) : [])),
  );
  return {
    ok: true,
    message: `${draft.plan} of ${name} has begun`,
    runId: run.id,
    detail: { pod: name, tasks },
  };
}

const tasksOf = ({ state }: Context, { configId, pod }: InstanceRecord): readonly string[] =>
  state.configs
    .get(configId)
    ?.spec.pods.find(({ name }) => name === pod)
    ?.tasks.map(({ name }) => name) ?? [];
