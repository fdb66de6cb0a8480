/** Restart, replace, pause and resume of one pod instance: runs of their own, with the gates of its pod. */
import type { Answer } from '../action.ts';
import type { Context } from '../context.ts';
import { isBegun } from '../index-records.ts';
import { phaseOf, plainly } from '../plan/draft.ts';
import type { Manner } from '../plan/draft.ts';
import { wantedTasks } from '../plan/recipe.ts';
import { draftReplace } from '../plan/replace.ts';
import type { Subject } from '../plan/replace.ts';
import { afterThose, givenUp } from '../plan/cleanup.ts';
import { endRun } from '../plan/end-run.ts';
import { startRun } from '../plan/run.ts';
import type { RunDraft } from '../plan/run.ts';
import type { Cause } from '../record/run.ts';
import type { StartRequest } from '../request.ts';
import type { State } from '../state.ts';
import { putInstance } from '../write.ts';
import { draftPause, draftResume, isPausedAlready, pausedAfter, pausedBy } from './pause.ts';
import type { Draft, No } from './preview.ts';

export type PodRequest = Extract<StartRequest, { type: `pod-${string}` }>;

const planOf = ({ type }: PodRequest): string => type.slice('pod-'.length);

export function draftPod(state: State, by: string, request: PodRequest): Draft | No {
  const subject = subjectOf(state, request.instance);
  if ('ok' in subject) return subject;
  const busy = atItAlready(state, request);
  if (busy !== undefined) return busy;
  const past = 'force' in request && request.force ? ', past its gates' : '';
  const cause: Cause = { by, text: `${by} asked to ${planOf(request)} ${request.instance}${past}`, diff: [] };
  switch (request.type) {
    case 'pod-restart':
      return { draft: draftRestart(state, subject, cause, request.force) };
    case 'pod-replace':
      return { draft: draftReplace(subject, cause, request.force, request.proposal) };
    case 'pod-pause':
      return draftPause(state, subject, cause, request);
    case 'pod-resume':
      return draftResume(state, subject, cause, request);
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
    // And what is asked for other tasks.
    if (type === 'pod-resume' || (type === 'pod-pause' && !isPausedAlready(state, request))) continue;
    return { ok: false, code: 'already', message: `${run.id} does that already` };
  }
  return undefined;
}

/** What has ever run: a task that another plan starts is left to that plan. */
function draftRestart(state: State, { instance, config, pod }: Subject, cause: Cause, force: boolean): RunDraft {
  const { name, pod: podName, index } = instance;
  const have = state.tasks.get(name);
  const wanted = wantedTasks(config.spec, pod, index);
  const tasks = pod.tasks
    .filter((task) => task.goal === 'RUNNING' && wanted.has(task.name) && (have === undefined || have.has(task.name)))
    .map((task) => task.name);
  const phase = { name, pod: podName, strategy: 'serial' as const, steps: [{ kind: 'launch' as const, tasks }] };
  const manner: Manner = { ...plainly, restart: true, force, only: { pod: podName, index } };
  return { plan: 'restart', cause, configId: config.id, strategy: 'serial', phases: [phaseOf(phase, config, manner)] };
}

/** Runs that a newer wish of this kind takes the place of. */
const outdone: Readonly<Record<PodRequest['type'], readonly string[]>> = {
  'pod-restart': ['recovery', 'restart'],
  'pod-replace': ['recovery', 'replace'],
  'pod-pause': ['recovery', 'pause', 'resume'],
  'pod-resume': ['recovery', 'pause', 'resume'],
};

export function startPod(context: Context, by: string, request: PodRequest, draft: RunDraft): Answer {
  const { state } = context;
  const { instance: name } = request;
  const claims = [...(state.index.claims.get(name) ?? [])];
  const before = [...givenUp(state, outdone[request.type], name)];
  for (const stepId of claims) {
    const run = state.runs.get(state.steps.get(stepId)?.runId ?? '');
    if (run === undefined || run.ended !== undefined || !outdone[request.type].includes(run.plan)) continue;
    before.push(run.id);
    endRun(context, run, 'SUPERSEDED', by);
  }
  putWish(context, by, request);
  // What waited for a resume has its turn before the resume looks for what is left.
  for (const stepId of claims) context.agenda.add(`step:${stepId}`);
  context.agenda.add(`instance:${name}`);
  const run = startRun(context, { ...draft, ...afterThose(state, before) });
  const tasks = draft.phases.flatMap(({ steps }) =>
    steps.flatMap(({ work }) => ('tasks' in work ? (work.tasks ?? []) : [])),
  );
  return {
    ok: true,
    message: `${draft.plan} of ${name} has begun`,
    runId: run.id,
    detail: { pod: name, tasks: [...new Set(tasks)] },
  };
}

/** In the record of the instance, so that it holds whatever becomes of the run. What failed before counts no more. */
function putWish(context: Context, by: string, request: PodRequest): void {
  const subject = subjectOf(context.state, request.instance);
  if ('ok' in subject) throw new Error(`the preview found ${request.instance}, and it is not there`);
  const { instance, pod } = subject;
  const { backoff: _backoff, paused: before, ...rest } = instance;
  let paused = before;
  if (request.type === 'pod-pause') paused = pausedBy(instance, request, by, context.nowMs);
  if (request.type === 'pod-resume') paused = pausedAfter(instance, pod, request);
  putInstance(context, paused === undefined ? rest : { ...rest, paused });
}
