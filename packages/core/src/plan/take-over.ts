/** Who gives way when two steps want one instance: a recovery to any newer wish, and anything to a replace. */
import type { Context } from '../context.ts';
import type { LaunchWork, StepRecord } from '../record/step.ts';
import { putStep } from '../write.ts';
import { endRun } from './run.ts';

/** The step that has the instance now would give way to this one. */
export function yieldsTo(context: Context, step: StepRecord, work: LaunchWork): boolean {
  const { owner, steps, runs } = stateOf(context, work.instance);
  if (owner === undefined || owner.id === step.id) return true;
  if (owner.runId === step.runId) return false;
  const plan = runs.get(owner.runId)?.plan;
  if (plan === 'recovery') return runs.get(step.runId)?.plan !== 'recovery';
  return work.replace && owner.work.kind === 'launch' && !owner.work.replace && steps.has(owner.id);
}

/**
 * The instance is this step's now. A recovery has nothing left to do; any other step waits for its turn again, and
 * finds then what it wanted, or does it.
 */
export function takeOver(context: Context, step: StepRecord, instance: string): void {
  const { owner, runs } = stateOf(context, instance);
  const run = runs.get(owner?.runId ?? '');
  if (owner === undefined || run === undefined || owner.id === step.id) return;
  if (run.plan === 'recovery') {
    endRun(context, run, 'SUPERSEDED', step.runId);
    return;
  }
  const { launched: _launched, disrupts: _disrupts, ...rest } = owner;
  const work = owner.work.kind === 'launch' ? { ...owner.work, restart: false } : owner.work;
  context.state.index.asked.delete(owner.id);
  putStep(context, {
    ...rest,
    work,
    status: 'PENDING',
    passed: [],
    reason: { text: `${step.runId} works on ${instance} first`, sinceMs: context.nowMs },
  });
}

function stateOf(context: Context, instance: string) {
  const { index, steps, runs } = context.state;
  return { owner: steps.get(index.owner.get(instance) ?? ''), steps, runs };
}
