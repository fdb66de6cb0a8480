/** What a person asks of plans. A part is named as people see it: plan or run id, phase and step by name or id. */
import type { Answer } from '../action.ts';
import type { Context } from '../context.ts';
import { instanceOf, isBegun, isDropped } from '../index-records.ts';
import { approve } from '../plan/approve.ts';
import { childOf } from '../plan/child.ts';
import { afterThose, givenUp, rivalsOf } from '../plan/cleanup.ts';
import { abandon } from '../plan/left-behind.ts';
import { isOwnPlan } from '../plan/recipe.ts';
import { closeRun, endRun } from '../plan/end-run.ts';
import { startRun } from '../plan/run.ts';
import type { RunRecord } from '../record/run.ts';
import type { StepRecord } from '../record/step.ts';
import type { PlanPart, Request, StartRequest } from '../request.ts';
import { putInstance, putStep } from '../write.ts';
import { already, findSteps, isSteps } from './part.ts';
import { pausePlan, resumePlan } from './pause-plan.ts';
import { newestRun } from './start-plan.ts';

export type PlanRequest = Exclude<Extract<Request, { type: `plan-${string}` }>, StartRequest>;

export function askPlan(context: Context, by: string, request: PlanRequest): Answer {
  const { state } = context;
  const run = newestRun(state, request.plan);
  if (run === undefined) return unknown(`plan ${request.plan} has never run`);
  switch (request.type) {
    case 'plan-cancel':
      if (run.ended !== undefined) return already(`${run.id} has ended: ${run.ended.how}`);
      return { ok: true, message: cancel(context, run, by), runId: run.id };
    case 'plan-pause':
      return pausePlan(context, by, run, request);
    case 'plan-resume':
      return resumePlan(context, run, request);
    case 'plan-restart':
      return restart(context, by, run, request);
    case 'plan-force-complete':
      return forceComplete(context, by, run, request);
    case 'plan-approve':
      return approveSteps(context, by, run, request);
    default:
      return request satisfies never;
  }
}

/** The second time it ends whatever it has not cleaned up. */
function cancel(context: Context, run: RunRecord, by: string): string {
  const { state } = context;
  const child = childOf(state, run);
  const end = run.ending === undefined ? endRun : closeRun;
  end(context, run, run.ending?.how ?? 'CANCELLED', by);
  if (child !== undefined) end(context, child, child.ending?.how ?? 'CANCELLED', by);
  if (run.ending !== undefined) return `${run.id} has ended, and has not cleaned up all it has set up`;
  if (state.runs.get(run.id)?.ended !== undefined) return `${run.id} is cancelled; what it had done stays`;
  const phases = run.phases.filter(({ cleanup }) => cleanup === true).map(({ name }) => name);
  return `${run.id} is cancelled, and ends after ${phases.join(', ')}; to leave that out, cancel it once more`;
}

const unknown = (message: string): Answer => ({ ok: false, code: 'plan-unknown', message });

function restart(context: Context, by: string, run: RunRecord, part: PlanPart): Answer {
  const steps = stepsOf(context, run, part);
  if (!isSteps(steps)) return steps;
  const stale = steps.find((step) => isOvertaken(context, step));
  if (stale !== undefined) return overtaken(context, run, stale);
  for (const step of steps) forgetBackoff(context, step);
  if (run.ended !== undefined) return restartEnded(context, by, run, steps);
  for (const step of steps) {
    const {
      launched: _launched,
      reason: _reason,
      endedMs: _endedMs,
      startedMs: _startedMs,
      released: _released,
      soakingMs: _soakingMs,
      approved: _approved,
      childId: _childId,
      ...rest
    } = step;
    context.state.index.asked.delete(step.id);
    if (step.work.kind === 'call') context.state.index.wakes.delete(step.id);
    const work = step.work.kind === 'launch' ? { ...step.work, restart: true, again: true } : step.work;
    // What has begun keeps its instance, and asks its gates again before it stops anything more.
    const begun = work.kind === 'launch' && isBegun(step.status);
    if (begun && !work.force) context.state.index.unsure.add(step.id);
    const status = begun ? 'PREPARED' : 'PENDING';
    // A canary is judged by the starts that it has from now on. That a call was made, which may be for good, stays so.
    const attempts = work.kind === 'launch' ? 0 : step.attempts;
    putStep(context, { ...rest, work, status, attempts, passed: [], deferred: false, restartedMs: context.nowMs });
    if (begun) context.agenda.add(`step:${step.id}`);
  }
  context.agenda.add(`run:${run.id}`);
  return { ok: true, message: `${steps.length} steps of ${run.id} start again`, runId: run.id };
}

/** It has brought its configuration, and another one has come since: done again, it would take that back. */
function isOvertaken({ state }: Context, { work, childId, status }: StepRecord): boolean {
  if (work.kind !== 'configure' || childId === undefined) return false;
  const child = state.runs.get(childId);
  const isDone = status === 'COMPLETE' || child?.ended?.how === 'COMPLETE';
  return isDone && child?.configId !== state.service?.targetConfigId;
}

function overtaken({ state }: Context, run: RunRecord, step: StepRecord): Answer {
  const message = `${step.name} of ${run.id} is done, and ${state.service?.targetConfigId} has come since: restart other steps, or start ${run.plan} anew`;
  return { ok: false, code: 'config-changed', message };
}

/** Of a run that is given up, only what cleans up can be started again or forced. */
function stepsOf(context: Context, run: RunRecord, part: PlanPart): readonly StepRecord[] | Answer {
  const found = findSteps(context, run, part);
  if (!isSteps(found) || run.ending === undefined) return found;
  const steps = found.filter(({ id }) => !isDropped(run, id));
  return steps.length > 0 ? steps : already(`${run.id} is given up: only what cleans up goes on`);
}

/** A run that has ended is not opened again: its steps make a new one. */
function restartEnded(context: Context, by: string, run: RunRecord, steps: readonly StepRecord[]): Answer {
  const chosen = new Set(steps.map(({ id }) => id));
  const { service } = context.state;
  if (service === undefined || service.uninstalling || run.plan === 'uninstall') return already(`${run.id} has ended`);
  // What is about one instance brings it no configuration that it had not.
  const [first] = steps.flatMap((step) => instanceOf(step) ?? []);
  const own = isOwnPlan(run.plan) ? context.state.instances.get(first ?? '')?.configId : undefined;
  const configId = own ?? service.targetConfigId;
  const next = startRun(context, {
    plan: run.plan,
    ...afterThose(context.state, givenUp(context.state, rivalsOf(run.plan))),
    cause: { by, text: `${by} restarted ${run.id}`, diff: [] },
    configId,
    strategy: run.strategy,
    ...(run.params === undefined ? {} : { params: run.params }),
    phases: run.phases.flatMap(({ name, strategy, after, cleanup, stepIds }) => {
      const again = stepIds.flatMap((id) => (chosen.has(id) ? (context.state.steps.get(id) ?? []) : []));
      if (again.length === 0) return [];
      return [
        {
          name,
          strategy,
          ...(after === undefined ? {} : { after }),
          ...(cleanup === undefined ? {} : { cleanup }),
          steps: again.map((step) => ({
            name: step.name,
            diff: [],
            work:
              step.work.kind === 'launch'
                ? {
                    ...step.work,
                    configId,
                    restart: true,
                    replace: false,
                    force: false,
                    again: true,
                  }
                : step.work,
          })),
        },
      ];
    }),
  });
  return { ok: true, message: `${run.plan} starts again as ${next.id}`, runId: next.id };
}

function forgetBackoff(context: Context, step: StepRecord): void {
  const instance = context.state.instances.get(instanceOf(step) ?? '');
  if (instance?.backoff === undefined) return;
  const { backoff: _backoff, ...rest } = instance;
  putInstance(context, rest);
}

function forceComplete(context: Context, by: string, run: RunRecord, part: PlanPart): Answer {
  if (run.ended !== undefined) return already(`${run.id} has ended: ${run.ended.how}`);
  const steps = stepsOf(context, run, part);
  if (!isSteps(steps)) return steps;
  const open = steps.filter(({ status }) => status !== 'COMPLETE');
  if (open.length === 0) return already('it is complete already');
  for (const step of open) {
    const risk = `was ${step.status}${step.reason === undefined ? '' : `: ${step.reason.text}`}`;
    putStep(context, { ...step, status: 'COMPLETE', endedMs: context.nowMs, forced: { by, ms: context.nowMs, risk } });
    abandon(context, step);
    const instance = instanceOf(step);
    if (instance !== undefined) context.agenda.add(`instance:${instance}`);
  }
  context.agenda.add(`run:${run.id}`);
  return { ok: true, message: `${open.map(({ name }) => name).join(', ')} counts as complete`, runId: run.id };
}

/** Those that wait for it now; one that is named but whose turn has not come is not approved in advance. */
function approveSteps(context: Context, by: string, run: RunRecord, part: PlanPart): Answer {
  if (run.ended !== undefined) return already(`${run.id} has ended: ${run.ended.how}`);
  const steps = stepsOf(context, run, part);
  if (!isSteps(steps)) return steps;
  const asked = steps.filter(({ work }) => work.kind === 'approve');
  const waiting = asked.filter(({ status }) => status === 'WAITING');
  if (waiting.length === 0) {
    if (asked.length > 0 && asked.every(({ status }) => status === 'COMPLETE'))
      return already('it is approved already');
    return { ok: false, code: 'not-waiting', message: `nothing of ${run.id} waits for approval now` };
  }
  for (const step of waiting) approve(context, step, by);
  return { ok: true, message: `${waiting.map(({ name }) => name).join(', ')} is approved`, runId: run.id };
}
