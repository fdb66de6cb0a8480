import type { Backoff } from '../record/instance.ts';

const DELAY_FIRST_MS = 1_000;
const DELAY_MAX_MS = 300_000;
/** A failure after this long without one is a first failure again. */
const FORGET_MS = 600_000;

/** A first failure is answered at once, a second after a second, then twice as long each time, up to five minutes. */
export function afterFailure(backoff: Backoff | undefined, nowMs: number): Backoff {
  const stale = backoff === undefined || nowMs - backoff.lastFailureMs > FORGET_MS;
  const failures = stale ? 1 : backoff.failures + 1;
  const delayMs = failures === 1 ? 0 : Math.min(DELAY_FIRST_MS * 2 ** (failures - 2), DELAY_MAX_MS);
  return { failures, untilMs: nowMs + delayMs, lastFailureMs: nowMs };
}
