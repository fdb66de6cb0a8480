import type { Context } from '../context.ts';
import type { StepRecord } from '../record/step.ts';
import type { TaskRecord } from '../record/task.ts';
import { putStep } from '../write.ts';
import { forgetKills, sendKill } from './kill.ts';

/**
 * A kill was decided, and nobody knows whether the task has heard of it: the server has died since, or the agent was
 * away. Gates that were open then may be closed now, so a step that has them asks again before it repeats the kill;
 * and where no step wants it any more, it is forgotten.
 */
export function killAgain(context: Context, task: TaskRecord): void {
  const { steps, index } = context.state;
  if (task.killing === undefined) return;
  const owner = steps.get(index.owner.get(task.instance) ?? '');
  if (owner === undefined) {
    forgetKills(context, task.instance);
    return;
  }
  if (isGated(owner) && owner.launched === undefined) {
    index.unsure.add(owner.id);
    if (owner.passed.length > 0) putStep(context, { ...owner, passed: [] });
    context.agenda.add(`step:${owner.id}`);
    return;
  }
  sendKill(context, task);
}

/** Its gates say whether it may stop anything. */
export const isGated = ({ work }: StepRecord): boolean =>
  work.kind === 'launch' ? !work.force : work.kind === 'stop' && work.gates.includes('stop');
