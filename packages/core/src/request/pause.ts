/** Pause of a pod instance: nothing of it (or of some tasks) runs until it is resumed; place, volumes and name stay. */
import type { InstanceRecord } from '../record/instance.ts';
import type { Cause } from '../record/run.ts';
import type { StartRequest } from '../request.ts';
import type { State } from '../state.ts';
import type { PodSpec } from '../spec/pod.ts';
import { deployPhase, launchName, plainly, stopStep } from '../plan/draft.ts';
import { isPaused } from '../plan/halt.ts';
import type { Subject } from '../plan/replace.ts';
import type { PhaseDraft, RunDraft, StepDraft } from '../plan/run.ts';
import { isEnded } from '../task/state.ts';
import type { Draft, No } from './preview.ts';

type Pause = Extract<StartRequest, { type: 'pod-pause' }>;
type Resume = Extract<StartRequest, { type: 'pod-resume' }>;

export function draftPause(state: State, subject: Subject, cause: Cause, request: Pause): Draft | No {
  const { instance, pod } = subject;
  const unknown = unknownTask(pod, request.tasks);
  if (unknown !== undefined) return unknown;
  const named = request.tasks.length === 0 ? pod.tasks.map(({ name }) => name) : request.tasks;
  if (isPausedAlready(state, request) && !named.some((name) => isAlive(state, instance, name)))
    return { ok: false, code: 'already', message: `${instance.name} is paused already` };
  const { tasks } = pausedBy(instance, request, '', 0);
  const step = stopStep(instance.name, { tasks, gates: request.force ? [] : ['stop'] });
  return { draft: oneRun('pause', cause, subject, [step]), wish: { tasks } };
}

/** Everything that is asked for; its run may not be complete. */
export function isPausedAlready({ instances }: State, { instance: name, tasks }: Pause): boolean {
  const instance = instances.get(name);
  if (instance?.paused === undefined) return false;
  return tasks.length === 0 ? instance.paused.tasks.length === 0 : tasks.every((task) => isPaused(instance, task));
}

/** What runs with what is wanted now: whatever waited for this goes first, and this run finds what is left. */
export function draftResume(state: State, subject: Subject, cause: Cause, request: Resume): Draft | No {
  const { instance, config, pod } = subject;
  const unknown = unknownTask(pod, request.tasks);
  if (unknown !== undefined) return unknown;
  // Without names everything that is paused, also what the spec does not know any more.
  const isHeld =
    request.tasks.length === 0 ? instance.paused !== undefined : request.tasks.some((name) => isPaused(instance, name));
  if (!isHeld) return { ok: false, code: 'already', message: `${instance.name} is not paused` };
  const left = pausedAfter(instance, pod, request);
  const stays = (name: string): boolean => left !== undefined && isPaused({ ...instance, paused: left }, name);
  // The pause of the others may not be complete: it ends with the run that this one takes the place of.
  const alive = pod.tasks.map(({ name }) => name).filter((name) => stays(name) && isAlive(state, instance, name));
  const launches = deployPhase(config, pod, instance.index, plainly).steps.flatMap((step) => without(step, stays));
  const stops = alive.length === 0 ? [] : [stopStep(instance.name, { tasks: alive, gates: ['stop'] })];
  return { draft: oneRun('resume', cause, subject, [...stops, ...launches]), wish: { tasks: request.tasks } };
}

function without(step: StepDraft, stays: (task: string) => boolean): readonly StepDraft[] {
  const { work } = step;
  if (work.kind !== 'launch') return [step];
  const tasks = work.tasks.filter((task) => !stays(task));
  return tasks.length === 0 ? [] : [{ ...step, name: launchName(work.instance, tasks), work: { ...work, tasks } }];
}

const oneRun = (plan: string, cause: Cause, { instance, config }: Subject, steps: PhaseDraft['steps']): RunDraft => ({
  plan,
  cause,
  configId: config.id,
  strategy: 'serial',
  phases: [{ name: instance.name, strategy: 'serial', steps }],
});

type Paused = NonNullable<InstanceRecord['paused']>;

/** What is paused once this is asked for; no tasks are all of them. */
export function pausedBy({ paused }: InstanceRecord, { tasks }: Pause, by: string, sinceMs: number): Paused {
  const all = tasks.length === 0 || paused?.tasks.length === 0;
  return { by, sinceMs, tasks: all ? [] : [...new Set([...(paused?.tasks ?? []), ...tasks])] };
}

/** What stays paused once these tasks are resumed. */
export function pausedAfter({ paused }: InstanceRecord, pod: PodSpec, { tasks }: Resume): Paused | undefined {
  if (paused === undefined || tasks.length === 0) return undefined;
  const now = paused.tasks.length === 0 ? pod.tasks.map(({ name }) => name) : paused.tasks;
  const left = now.filter((task) => !tasks.includes(task));
  return left.length === 0 ? undefined : { ...paused, tasks: left };
}

function isAlive(state: State, { name }: InstanceRecord, taskName: string): boolean {
  const task = state.tasks.get(name)?.get(taskName);
  return task !== undefined && !isEnded(task.state);
}

function unknownTask(pod: PodSpec, tasks: readonly string[]): No | undefined {
  const unknown = tasks.find((task) => !pod.tasks.some(({ name }) => name === task));
  if (unknown === undefined) return undefined;
  const message = `pod ${pod.name} has no task ${unknown}; it has ${pod.tasks.map(({ name }) => name).join(', ')}`;
  return { ok: false, code: 'task-unknown', message };
}
