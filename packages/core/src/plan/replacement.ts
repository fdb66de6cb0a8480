/** Replacing what cannot be brought back in place, without being asked: fenced and gated as any replace. */
import type { Context } from '../context.ts';
import type { InstanceRecord } from '../record/instance.ts';
import type { StepRecord } from '../record/step.ts';
import { hasInstance } from '../spec/instance.ts';
import type { State } from '../state.ts';
import { putInstance, putService } from '../write.ts';
import { wakeOf } from './down.ts';
import { draftReplace } from './replace.ts';
import type { Subject } from './replace.ts';
import { afterThose, givenUp } from './cleanup.ts';
import { endRun } from './end-run.ts';
import { startRun } from './run.ts';
import { isPaused } from './halt.ts';

/** Its agent never comes back: what it had there is lost, whatever the policy says. */
export function replaceLost(context: Context, subject: Subject): void {
  const { state } = context;
  const { instance } = subject;
  const { reservation } = instance;
  if (reservation === undefined || state.offers.get(reservation.agentId)?.state !== 'gone') return;
  if (!isWanted(state, instance) || subject.pod.tasks.some(({ name }) => isPaused(instance, name))) return;
  if ((state.tasks.get(instance.name)?.size ?? 0) === 0) {
    // Only its peers counted on the place: it gets another one.
    const { reservation: _reservation, reserving: _reserving, ...rest } = instance;
    if (instance.releasing === undefined) putInstance(context, rest);
    for (const stepId of state.index.unplaced) context.agenda.add(`step:${stepId}`);
    return;
  }
  const claims = claimsOf(state, instance);
  if (claims.some((step) => step.work.kind === 'release' || isReplacing(step))) return;
  const key = `the place ${reservation.id} is lost`;
  if (isDone(state, key)) return;
  // A replace whose new place is lost as well begins anew.
  const before = [...givenUp(state, ['replace'], instance.name)];
  for (const step of claims) {
    const run = state.runs.get(step.runId);
    if (run?.plan !== 'replace' || run.ended !== undefined) continue;
    before.push(run.id);
    endRun(context, run, 'SUPERSEDED', 'warder');
  }
  const text = `${reservation.hostname}, where ${instance.name} had its place, is gone for ever`;
  const draft = draftReplace(subject, { by: 'warder', text, diff: [], key }, false);
  startRun(context, { ...draft, ...afterThose(state, before) });
}

/** There is nothing to bring back in place. */
export function isBeingReplaced({ state }: Context, name: string): boolean {
  const instance = state.instances.get(name);
  if (instance === undefined || state.offers.get(instance.reservation?.agentId ?? '')?.state !== 'gone') return false;
  return claimsOf(state, instance).some(isReplacing);
}

/** By the policy of the spec: only where nothing can run any more, or can be stopped. Time alone fences nobody. */
export function replaceByPolicy(context: Context, subject: Subject): void {
  const { state, nowMs } = context;
  const { service } = state;
  const { instance } = subject;
  const { name, downSinceMs } = instance;
  const policy = state.configs.get(service?.targetConfigId ?? '')?.spec.replacement;
  if (service === undefined || policy === undefined || downSinceMs === undefined) return;
  if (!isWanted(state, instance) || !canBeReached(state, instance) || serves(state, subject)) return;
  if (claimsOf(state, instance).some((step) => isOthers(state, step))) return;
  const dueMs = Math.max(downSinceMs + policy.afterMs, (service.replacedMs ?? -policy.delayMs) + policy.delayMs);
  if (dueMs > nowMs) {
    state.index.wakes.set(wakeOf(instance), dueMs);
    return;
  }
  // One at a time: the end of that run has everybody who is down looked at.
  for (const runId of state.index.activeRuns) if (state.runs.get(runId)?.plan === 'replace') return;
  const key = `${name} is down since ${new Date(downSinceMs).toISOString()}`;
  if (isDone(state, key)) return;
  const text = `${key}, longer than the ${policy.afterMs / 1000} s after which the spec has it replaced`;
  putService(context, { ...service, replacedMs: nowMs });
  startRun(context, draftReplace(subject, { by: 'warder', text, diff: [], key }, false));
}

/** One occasion, one run: a person who has cancelled it does not get another one. */
const isDone = (state: State, key: string): boolean => [...state.runs.values()].some(({ cause }) => cause.key === key);

const claimsOf = (state: State, { name }: InstanceRecord): readonly StepRecord[] =>
  [...(state.index.claims.get(name) ?? [])].flatMap((id) => state.steps.get(id) ?? []);

const isReplacing = ({ work, released }: StepRecord): boolean =>
  work.kind === 'launch' && work.replace && released !== true;

/** Another run has begun to work on it, or is about to take it down or to replace it. */
function isOthers(state: State, step: StepRecord): boolean {
  const plan = state.runs.get(step.runId)?.plan;
  if (plan === 'recovery') return false;
  const owns = state.index.owner.get('instance' in step.work ? (step.work.instance ?? '') : '') === step.id;
  return owns || plan === 'replace' || step.work.kind === 'stop' || step.work.kind === 'release';
}

function isWanted(state: State, { pod, index }: InstanceRecord): boolean {
  const target = state.configs.get(state.service?.targetConfigId ?? '');
  return hasInstance(
    target?.spec.pods.find(({ name }) => name === pod),
    index,
  );
}

/** What runs there can be stopped, and what lies there can be destroyed. */
function canBeReached(state: State, { name, reservation }: InstanceRecord): boolean {
  if (reservation === undefined || state.offers.get(reservation.agentId)?.state !== 'up') return false;
  return ![...(state.tasks.get(name)?.values() ?? [])].some((task) => task.state === 'UNREACHABLE');
}

/** It is back, if only for a moment yet. */
function serves(state: State, { instance, pod }: Subject): boolean {
  const have = state.tasks.get(instance.name);
  return pod.tasks.every(({ name, goal, essential }) => {
    const task = have?.get(name);
    return goal !== 'RUNNING' || !essential || task === undefined || (task.state === 'RUNNING' && task.ready);
  });
}
