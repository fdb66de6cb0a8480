/** A step that makes a configuration the target and waits for the run that brings it: one stage of a longer plan. */
import type { Context } from '../context.ts';
import type { StepRecord, Work } from '../record/step.ts';
import { configure, draftConfig } from '../request/configure.ts';
import { putStep } from '../write.ts';
import { complete, hold, placeOf } from './step.ts';

type ConfigureWork = Extract<Work, { kind: 'configure' }>;

export function advanceConfigure(context: Context, step: StepRecord, work: ConfigureWork): void {
  if (step.childId === undefined) {
    begin(context, step, work);
    return;
  }
  const child = context.state.runs.get(step.childId);
  // One that is not kept any more has ended long ago, and this step was looked at when it did.
  if (child === undefined || child.ended?.how === 'COMPLETE') {
    complete(context, step);
    return;
  }
  if (child.ended === undefined) {
    hold(context, step, 'STARTED', `${child.id} brings the configuration`);
    return;
  }
  hold(context, step, 'ERROR', `${child.id} ended ${child.ended.how}: restart this step, or roll ${step.runId} back`);
}

function begin(context: Context, step: StepRecord, { config }: ConfigureWork): void {
  const { run } = placeOf(context, step);
  const { by } = run.cause;
  const why = `${run.plan} ${run.id}, ${step.name}`;
  const { draft, refusals = [] } = draftConfig(context.state, by, config, context.nowMs, { why });
  if (refusals.length > 0) {
    hold(context, step, 'ERROR', `the configuration is refused: ${refusals.join('; ')}`);
    return;
  }
  const answer = configure(context, by, config, draft.cause, { parentId: step.id });
  if (!answer.ok || answer.runId === undefined) {
    hold(context, step, 'ERROR', answer.message);
    return;
  }
  hold(context, step, 'STARTED', `${answer.runId} brings the configuration`, { attempts: step.attempts + 1 });
  putStep(context, { ...(context.state.steps.get(step.id) ?? step), childId: answer.runId });
  context.agenda.add(`step:${step.id}`);
}
