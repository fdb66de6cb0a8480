/** What a person asks of plans. A part is named as people see it: plan or run id, phase and step by name or id. */
import type { Answer } from '../action.ts';
import type { Context } from '../context.ts';
import { isBegun } from '../index-records.ts';
import { draftOf, recipeOf } from '../plan/draft.ts';
import { endRun, startRun } from '../plan/run.ts';
import type { Pause, RunRecord } from '../record/run.ts';
import type { StepRecord } from '../record/step.ts';
import type { PlanPart, Request } from '../request.ts';
import type { State } from '../state.ts';
import { putInstance, putRun, putStep } from '../write.ts';

type Asked = Extract<Request, { type: `plan-${string}` }>;

export function askPlan(context: Context, by: string, request: Asked): Answer {
  const { state } = context;
  const run = newestRun(state, request.plan);
  if (request.type === 'plan-start') return start(context, by, request.plan, run);
  if (run === undefined) return unknown(`plan ${request.plan} has never run`);
  switch (request.type) {
    case 'plan-cancel':
      if (run.ended !== undefined) return already(`${run.id} has ended: ${run.ended.how}`);
      endRun(context, run, 'CANCELLED', by);
      return { ok: true, message: `${run.id} is cancelled; what it had done stays`, runId: run.id };
    case 'plan-pause':
    case 'plan-resume':
      return pause(
        context,
        run,
        request,
        request.type === 'plan-pause' ? { by, sinceMs: context.nowMs, ...reasonOf(request) } : undefined,
      );
    case 'plan-restart':
      return restart(context, by, run, request);
    case 'plan-force-complete':
      return forceComplete(context, by, run, request);
    default:
      return request satisfies never;
  }
}

const unknown = (message: string): Answer => ({ ok: false, code: 'plan-unknown', message });
const unknownPart = (message: string): Answer => ({ ok: false, code: 'part-unknown', message });
const already = (message: string): Answer => ({ ok: false, code: 'already', message });

const reasonOf = ({ reason }: { readonly reason?: string }): { readonly reason?: string } =>
  reason === undefined ? {} : { reason };

/** The newest run of a plan, or the run of that id. */
export function newestRun(state: State, plan: string): RunRecord | undefined {
  const exact = state.runs.get(plan);
  if (exact !== undefined) return exact;
  let newest: RunRecord | undefined;
  for (const run of state.runs.values()) if (run.plan === plan) newest = run;
  return newest;
}

function start(context: Context, by: string, plan: string, last: RunRecord | undefined): Answer {
  const { state } = context;
  if (state.service?.uninstalling === true) {
    return { ok: false, code: 'service-uninstalling', message: `${state.service.name} is being uninstalled` };
  }
  if (last !== undefined && last.ended === undefined) {
    if (last.paused !== undefined) return pause(context, last, { plan }, undefined);
    return already(`${plan} is running: ${last.id}`);
  }
  const config = state.configs.get(state.service?.targetConfigId ?? '');
  const recipe = config === undefined ? undefined : recipeOf(config.spec, plan);
  if (config === undefined || recipe === undefined)
    return unknown(`the service has no plan ${plan} that can be started`);
  const run = startRun(context, { ...draftOf(recipe, config, { by, text: `${by} started it`, diff: [] }), plan });
  return { ok: true, message: `${plan} has begun`, runId: run.id };
}

function pause(context: Context, run: RunRecord, part: PlanPart, value: Pause | undefined): Answer {
  if (run.ended !== undefined) return already(`${run.id} has ended: ${run.ended.how}`);
  const found = findPhase(run, part);
  if (typeof found === 'object') return found;
  const what = found === undefined ? run.id : `phase ${run.phases[found]?.name} of ${run.id}`;
  const before = found === undefined ? run.paused : run.phases[found]?.paused;
  if ((before === undefined) === (value === undefined))
    return already(`${what} ${value === undefined ? 'is not paused' : 'is paused already'}`);
  putRun(
    context,
    found === undefined
      ? withPause(run, value)
      : { ...run, phases: run.phases.map((phase, at) => (at === found ? withPause(phase, value) : phase)) },
  );
  for (const phase of run.phases) {
    for (const stepId of phase.stepIds) {
      const step = context.state.steps.get(stepId);
      // What a gate said before the pause is not true for ever.
      if (step?.status === 'WAITING' || step?.status === 'PENDING') {
        if (step.passed.length > 0) putStep(context, { ...step, passed: [] });
      }
    }
  }
  if (value === undefined) context.agenda.add(`run:${run.id}`);
  return {
    ok: true,
    message: value === undefined ? `${what} goes on` : `${what} is paused; what has begun is finished`,
    runId: run.id,
  };
}

function withPause<T extends { readonly paused?: Pause }>(part: T, value: Pause | undefined): T {
  const { paused: _paused, ...rest } = part;
  return (value === undefined ? rest : { ...rest, paused: value }) as T;
}

/** The index of the phase that is named, undefined when none is, or the answer that there is no such phase. */
function findPhase(run: RunRecord, part: PlanPart): number | undefined | Answer {
  if (part.phase === undefined) return undefined;
  const at = run.phases.findIndex(({ name }, index) => name === part.phase || `${run.id}.${index}` === part.phase);
  return at === -1
    ? unknownPart(`${run.id} has no phase ${part.phase}; it has ${run.phases.map(({ name }) => name).join(', ')}`)
    : at;
}

function findSteps(context: Context, run: RunRecord, part: PlanPart): readonly StepRecord[] | Answer {
  const at = findPhase(run, part);
  if (typeof at === 'object') return at;
  const phases = at === undefined ? run.phases : run.phases.slice(at, at + 1);
  const steps = phases.flatMap(({ stepIds }) => stepIds.flatMap((id) => context.state.steps.get(id) ?? []));
  if (part.step === undefined) return steps;
  const named = steps.filter(
    ({ id, name }) => id === part.step || name === part.step || name.startsWith(`${part.step}:`),
  );
  return named.length > 0
    ? named
    : unknownPart(`${run.id} has no step ${part.step}; it has ${steps.map(({ name }) => name).join(', ')}`);
}

function restart(context: Context, by: string, run: RunRecord, part: PlanPart): Answer {
  const steps = findSteps(context, run, part);
  if (!isSteps(steps)) return steps;
  for (const step of steps) forgetBackoff(context, step);
  if (run.ended !== undefined) return restartEnded(context, by, run, steps);
  for (const step of steps) {
    const {
      launched: _launched,
      reason: _reason,
      endedMs: _endedMs,
      startedMs: _startedMs,
      released: _released,
      ...rest
    } = step;
    context.state.index.asked.delete(step.id);
    const work = step.work.kind === 'launch' ? { ...step.work, restart: true } : step.work;
    // What has begun keeps its instance, and asks its gates again before it stops anything more.
    const begun = work.kind === 'launch' && isBegun(step.status);
    if (begun && !work.force) context.state.index.unsure.add(step.id);
    putStep(context, { ...rest, work, status: begun ? 'PREPARED' : 'PENDING', passed: [], deferred: false });
    if (begun) context.agenda.add(`step:${step.id}`);
  }
  context.agenda.add(`run:${run.id}`);
  return { ok: true, message: `${steps.length} steps of ${run.id} start again`, runId: run.id };
}

/** A run that has ended is not opened again: its steps make a new one. */
function restartEnded(context: Context, by: string, run: RunRecord, steps: readonly StepRecord[]): Answer {
  const chosen = new Set(steps.map(({ id }) => id));
  const { service } = context.state;
  if (service === undefined || service.uninstalling || run.plan === 'uninstall') return already(`${run.id} has ended`);
  const next = startRun(context, {
    plan: run.plan,
    cause: { by, text: `${by} restarted ${run.id}`, diff: [] },
    configId: service.targetConfigId,
    strategy: run.strategy,
    phases: run.phases.flatMap(({ name, strategy, stepIds }) => {
      const again = stepIds.flatMap((id) => (chosen.has(id) ? (context.state.steps.get(id) ?? []) : []));
      if (again.length === 0) return [];
      return [
        {
          name,
          strategy,
          steps: again.map((step) => ({
            name: step.name,
            diff: [],
            work:
              step.work.kind === 'launch'
                ? { ...step.work, configId: service.targetConfigId, restart: true, replace: false, force: false }
                : step.work,
          })),
        },
      ];
    }),
  });
  return { ok: true, message: `${run.plan} starts again as ${next.id}`, runId: next.id };
}

function forgetBackoff(context: Context, step: StepRecord): void {
  const instance = step.work.kind === 'call' ? undefined : context.state.instances.get(step.work.instance);
  if (instance?.backoff === undefined) return;
  const { backoff: _backoff, ...rest } = instance;
  putInstance(context, rest);
}

function forceComplete(context: Context, by: string, run: RunRecord, part: PlanPart): Answer {
  if (run.ended !== undefined) return already(`${run.id} has ended: ${run.ended.how}`);
  const steps = findSteps(context, run, part);
  if (!isSteps(steps)) return steps;
  const open = steps.filter(({ status }) => status !== 'COMPLETE');
  if (open.length === 0) return already('it is complete already');
  for (const step of open) {
    const risk = `was ${step.status}${step.reason === undefined ? '' : `: ${step.reason.text}`}`;
    putStep(context, { ...step, status: 'COMPLETE', endedMs: context.nowMs, forced: { by, ms: context.nowMs, risk } });
    if (step.work.kind !== 'call') context.agenda.add(`instance:${step.work.instance}`);
  }
  context.agenda.add(`run:${run.id}`);
  return { ok: true, message: `${open.map(({ name }) => name).join(', ')} counts as complete`, runId: run.id };
}

const isSteps = (value: readonly StepRecord[] | Answer): value is readonly StepRecord[] => Array.isArray(value);
