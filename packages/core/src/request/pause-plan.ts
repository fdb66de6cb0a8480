/** No new step begins while a run or a phase is paused. A canary phase is resumed to let it go on. */
import type { Answer } from '../action.ts';
import type { Context } from '../context.ts';
import { childOf } from '../plan/child.ts';
import { isCanary, timesResumed } from '../plan/strategy.ts';
import type { Pause, RunPhase, RunRecord } from '../record/run.ts';
import type { PlanPart } from '../request.ts';
import { putRun, putStep } from '../write.ts';
import { already, findPhase } from './part.ts';

export function pausePlan(
  context: Context,
  by: string,
  run: RunRecord,
  part: PlanPart & { readonly reason?: string },
): Answer {
  const reason = part.reason === undefined ? {} : { reason: part.reason };
  return setPause(context, run, part, { by, sinceMs: context.nowMs, ...reason });
}

export function resumePlan(context: Context, run: RunRecord, part: PlanPart): Answer {
  const at = findPhase(run, part);
  if (typeof at === 'object') return at;
  const phase = run.phases[at ?? -1];
  if (run.ended === undefined && at !== undefined && phase !== undefined && phase.paused === undefined) {
    if (isCanary(phase) && timesResumed(phase) < 2) return resumeCanary(context, run, phase, at);
  }
  const canaries = run.phases.filter((other) => isCanary(other) && timesResumed(other) < 2);
  const [canary] = canaries;
  if (run.ended === undefined && at === undefined && run.paused === undefined && canary !== undefined) {
    return already(`${run.id} is not paused; a canary is let go by naming its phase: ${names(canaries)}`);
  }
  return setPause(context, run, part, undefined);
}

const names = (phases: readonly RunPhase[]): string => phases.map(({ name }) => name).join(', ');

/** The first time lets the canary go, the second time the rest. Before its turn the phase is made ready for it. */
function resumeCanary(context: Context, run: RunRecord, phase: RunPhase, at: number): Answer {
  const times = timesResumed(phase) + 1;
  const resumed = { times, firstMs: phase.resumed?.firstMs ?? context.nowMs };
  putRun(context, { ...run, phases: run.phases.map((other, index) => (index === at ? { ...other, resumed } : other)) });
  context.agenda.add(`run:${run.id}`);
  const what = times === 1 ? 'one step, the canary,' : 'the rest';
  return { ok: true, message: `${what} of phase ${phase.name} of ${run.id} may go now`, runId: run.id };
}

function setPause(context: Context, run: RunRecord, part: PlanPart, value: Pause | undefined): Answer {
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
  const child = found === undefined ? childOf(context.state, run) : undefined;
  if (child !== undefined && (child.paused === undefined) !== (value === undefined))
    setPause(context, child, { plan: child.plan }, value);
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
