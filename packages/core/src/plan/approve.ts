import type { Context } from '../context.ts';
import type { StepRecord, Work } from '../record/step.ts';
import { complete, hold } from './step.ts';

export function advanceApprove(context: Context, step: StepRecord, work: Extract<Work, { kind: 'approve' }>): void {
  hold(context, step, 'WAITING', `waits for approval: ${work.text}`);
}

export const approve = (context: Context, step: StepRecord, by: string): void =>
  complete(context, step, { approved: { by, ms: context.nowMs } });
