/** What is good must stay good for a time before the step is complete. */
import type { Context } from '../context.ts';
import type { StepRecord } from '../record/step.ts';
import { putStep } from '../write.ts';

/** How soon what soaks is looked at again. */
const LOOK_MS = 1_000;

/**
 * The milliseconds that are left of the soak of a step whose conditions are good now; 0 when it is over. Its next look
 * is due by the end of it, and asks its conditions again.
 */
export function soak(context: Context, step: StepRecord, soakMs: number): number {
  const { nowMs, state } = context;
  const sinceMs = step.soakingMs ?? nowMs;
  const leftMs = Math.max(0, sinceMs + soakMs - nowMs);
  if (leftMs > 0) state.index.wakes.set(step.id, nowMs + Math.min(leftMs, LOOK_MS));
  return leftMs;
}

/** Something it looks at is not good any more: the time begins again. */
export function spoil(context: Context, step: StepRecord): StepRecord {
  if (step.soakingMs === undefined) return step;
  const { soakingMs: _soakingMs, ...rest } = step;
  putStep(context, rest);
  return rest;
}

export const soakText = (sinceMs: number, soakMs: number): string =>
  `good since ${new Date(sinceMs).toISOString()}, must stay so for ${soakMs / 1000} s`;
