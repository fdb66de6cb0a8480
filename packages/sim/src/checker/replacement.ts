import type { TaskRecord } from '@warder/core';
import type { Checker, Truth, Violate } from '../truth.ts';

/** The policy replaces what has been down for long enough, and no two instances within its delay. */
export function replacement({ ledger, nowMs }: Truth, violate: Violate): Checker {
  let lastMs: number | undefined;
  const upSinceMs = new Map<string, number>();
  /** When an instance was last well: up for so long that it counts. */
  const wellMs = new Map<string, number>();
  const look = ({ instance, name, state, ready }: TaskRecord): void => {
    if (!ESSENTIAL.has(name)) return;
    const since = upSinceMs.get(instance);
    if (since !== undefined && nowMs() - since >= WELL_MS) wellMs.set(instance, nowMs());
    if (state !== 'RUNNING' || !ready) upSinceMs.delete(instance);
    else if (since === undefined) upSinceMs.set(instance, nowMs());
  };
  return {
    name: 'the replacement policy keeps its times',
    committed: (written) => {
      for (const { kind, before, after } of written) {
        if (kind === 'task' && after !== undefined) look(after);
        if (kind !== 'run' || before !== undefined || after?.cause.key?.includes('is down since') !== true) continue;
        const policy = ledger.config(ledger.service()?.targetConfigId ?? '')?.spec.replacement;
        const { createdMs, id, cause } = after;
        const [instance = ''] = cause.key?.split(' ') ?? [];
        if (policy === undefined) violate(`${id} replaces by a policy, and there is none`);
        else if (lastMs !== undefined && createdMs - lastMs < policy.delayMs)
          violate(`${id} replaces ${createdMs - lastMs} ms after another one, not ${policy.delayMs}`);
        else if (createdMs - (wellMs.get(instance) ?? 0) < policy.afterMs - LATE_MS)
          violate(`${id} replaces ${instance}, which was well within the last ${policy.afterMs} ms`);
        lastMs = createdMs;
      }
    },
  };
}

/** The tasks without which an instance is down. */
const ESSENTIAL: ReadonlySet<string> = new Set(['server', 'seed', 'extra']);
const WELL_MS = 60_000;
/** What a slow store may hold up the news. */
const LATE_MS = 5_000;
