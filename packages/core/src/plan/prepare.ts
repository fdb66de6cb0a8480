/** What starts empty starts in order: a replace prepares its new place before anybody starts something else in it. */
import type { Context } from '../context.ts';
import type { LaunchWork, StepRecord } from '../record/step.ts';
import { isBegun } from '../index-records.ts';
import { isGated } from '../task/kill-again.ts';
import { putStep } from '../write.ts';
import { configNumber } from './take-over.ts';
import { renewed } from './up-to-date.ts';

/** Who prepares the place for these tasks. A newer configuration, which may be what that lacks, goes into it at once. */
export function preparedBy(context: Context, step: StepRecord, work: LaunchWork): string | undefined {
  const { index, steps, instances } = context.state;
  const releasing = instances.get(work.instance)?.releasing !== undefined;
  for (const id of index.claims.get(work.instance) ?? []) {
    const other = steps.get(id);
    if (other === undefined || other.runId === step.runId || other.work.kind !== 'launch') continue;
    const { replace, tasks, configId } = other.work;
    const empties = replace && (other.released === true || releasing);
    if (!empties || tasks.some((name) => work.tasks.includes(name))) continue;
    if (configNumber(work.configId) > configNumber(configId))
      renew(context, other, renewed(context, other, other.work, work.configId));
    return `${other.runId} prepares the new place of ${work.instance} with ${tasks.join(', ')} first`;
  }
  return undefined;
}

function renew(context: Context, step: StepRecord, work: LaunchWork): void {
  const { launched: _launched, soakingMs: _soakingMs, ...rest } = step;
  const { index } = context.state;
  const begun = isBegun(step.status);
  // Before it stops what it has started it asks its gates.
  if (begun && isGated(step)) index.unsure.add(step.id);
  index.asked.delete(step.id);
  const reason = { text: `goes on with ${work.configId}`, sinceMs: context.nowMs };
  putStep(context, { ...rest, work, status: begun ? 'PREPARED' : 'PENDING', passed: [], reason });
  context.agenda.add(`step:${step.id}`);
}
