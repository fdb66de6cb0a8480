import { isBegun } from '../truth.ts';
import type { Checker, Truth, Violate } from '../truth.ts';
import type { StepRecord } from '@warder/core';

/** Never two runs at work on one instance. */
export function work({ ledger }: Truth, violate: Violate): Checker {
  const at = new Map<string, Set<string>>();
  const isAtWork = ({ runId, status }: StepRecord): boolean => {
    const run = ledger.run(runId);
    // Of a run that is given up only calls go on.
    return isBegun(status) && run?.ended === undefined && run?.ending === undefined;
  };
  return {
    name: 'never two runs at work on one instance',
    committed: (written) => {
      for (const { kind, after } of written) {
        if (kind !== 'step' || after === undefined) continue;
        const instance = subjectOf(after);
        if (instance === undefined || !isAtWork(after)) continue;
        const ids = at.get(instance) ?? new Set<string>();
        at.set(instance, ids);
        for (const id of ids) {
          const step = ledger.step(id);
          if (step === undefined || !isAtWork(step)) ids.delete(id);
        }
        ids.add(after.id);
        if (ids.size > 1) violate(`${[...ids].join(' and ')} are at work on ${instance} together`);
      }
    },
  };
}

const subjectOf = ({ work }: StepRecord): string | undefined =>
  work.kind === 'launch' || work.kind === 'stop' || work.kind === 'release' ? work.instance : undefined;
