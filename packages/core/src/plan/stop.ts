import type { Context } from '../context.ts';
import { isBegun } from '../index-records.ts';
import type { StepRecord } from '../record/step.ts';
import { isEnded } from '../task/state.ts';
import { kill } from '../task/kill.ts';
import { complete, hold, otherOwner } from './step.ts';
import { takeOver, yieldsTo } from './take-over.ts';

/** What is destroyed anyway need not end tidily: nobody should wait minutes for the uninstall of a broken service. */
const GRACE_MAX_MS = 10_000;

/** End every task of an instance. */
export function advanceStop(context: Context, step: StepRecord, instance: string): void {
  const busy = yieldsTo(context, step, instance) ? undefined : otherOwner(context, step, instance);
  if (busy !== undefined) {
    hold(context, step, 'PENDING', busy);
    return;
  }
  if (!isBegun(step.status)) takeOver(context, step, instance);
  const alive = [...(context.state.tasks.get(instance)?.values() ?? [])].filter(({ state }) => !isEnded(state));
  const [first] = alive;
  if (first === undefined) {
    complete(context, step);
    return;
  }
  for (const task of alive) kill(context, task, `${step.runId} stops it`, GRACE_MAX_MS);
  const what = first.state === 'UNREACHABLE' ? `cannot be reached on ${first.agentId}` : 'stops';
  hold(context, step, 'PREPARED', `${first.instance}-${first.name} ${what}`);
}
