import type { StepRecord } from '@warder/core';
import type { Checker, Truth, Violate } from '../truth.ts';

/** A soak is as long as it says, without interruption: not by a no, not by a restart of the server. */
export function soak({ tenant, ledger, nowMs }: Truth, violate: Violate): Checker {
  /** Since when the probe of a step has said yes each time. */
  const probed = new Map<string, number>();
  /** When the store last said that a task is not ready. What is decided after that has been decided after that. */
  const interrupted = new Map<string, number>();
  let startedMs = 0;
  /** Since when all that a step launched to stay has been ready. */
  const servedMs = ({ work, launched = {} }: StepRecord): number | undefined => {
    let sinceMs: number | undefined = startedMs;
    for (const [name, id] of Object.entries(launched)) {
      const task = 'instance' in work ? ledger.task(work.instance ?? '', name) : undefined;
      if (task?.state === 'FINISHED') continue;
      const readyMs = tenant.tasks.get(id)?.readyMs;
      if (readyMs === undefined || task?.ready !== true) return undefined;
      sinceMs = Math.max(sinceMs, readyMs, interrupted.get(id) ?? 0);
    }
    return sinceMs;
  };
  return {
    name: 'a soak is as long as it says, without interruption',
    crashed: () => {
      probed.clear();
      startedMs = nowMs();
    },
    probe: ({ stepId, open }) => {
      if (!open) probed.delete(stepId);
      else if (!probed.has(stepId)) probed.set(stepId, nowMs());
    },
    committing: (written) => {
      for (const { kind, before, after } of written) {
        if (kind !== 'step' || after === undefined || after.status !== 'COMPLETE') continue;
        if (before === undefined || before.status === 'COMPLETE' || after.forced !== undefined) continue;
        const soakMs = soakOf(before);
        if (soakMs === undefined) continue;
        const sinceMs = before.work.kind === 'wait' ? probed.get(after.id) : servedMs(before);
        if (sinceMs === undefined || nowMs() - sinceMs < soakMs)
          violate(`${after.id} is complete, and was good since ${sinceMs ?? 'never'}, not for ${soakMs} ms`);
        probed.delete(after.id);
      }
    },
    committed: (written) => {
      for (const { kind, after } of written) {
        if (kind === 'task' && after?.ready === false) interrupted.set(after.id, nowMs());
      }
    },
  };
}

/** A launch that found everything done has nothing to soak. */
function soakOf({ work, launched }: StepRecord): number | undefined {
  if (work.kind === 'wait') return work.soakMs;
  return work.kind === 'launch' && launched !== undefined ? work.soakMs : undefined;
}
