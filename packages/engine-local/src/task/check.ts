/** The readiness and health checks of one running task: never two at once of a kind, each bounded in time. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineCheck } from '@warder/engine';
import type { RunResult } from '../jail/run-inside.ts';

export type CheckResult = { readonly passed: boolean; readonly message: string };

export type CheckLoop = {
  readonly check: EngineCheck;
  readonly run: (cmd: string, timeoutMs: number) => Promise<RunResult>;
  readonly signal: AbortSignal;
  /** Told each result; returning true ends the loop. */
  readonly result: (result: CheckResult) => boolean;
};

/** Resolves when the loop was ended, by a result or by the signal. */
export const runCheck = async ({ check, run, signal, result }: CheckLoop): Promise<void> => {
  try {
    await sleep(check.delayMs, undefined, { signal });
    while (!signal.aborted) {
      const outcome = resultOf(await run(check.cmd, check.timeoutMs), check.timeoutMs);
      // The task may have ended under the check: then it says nothing.
      if (signal.aborted || result(outcome)) return;
      await sleep(check.intervalMs, undefined, { signal });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
};

const resultOf = (ran: RunResult, timeoutMs: number): CheckResult => {
  if (ran.timedOut) return { passed: false, message: `no answer within ${timeoutMs} ms` };
  if (ran.exitCode === 0) return { passed: true, message: 'passed' };
  const last = (ran.stderr.trim() || ran.stdout.trim()).split('\n').at(-1) ?? '';
  return { passed: false, message: `exit code ${ran.exitCode}${last === '' ? '' : `: ${last.slice(0, 200)}`}` };
};
