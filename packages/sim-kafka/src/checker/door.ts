import type { RunRecord, StepRecord } from '@warder/core';
import { isBegun } from '@warder/sim/kit';
import type { Truth, Violate } from '@warder/sim/kit';

type Level = { readonly name: string; readonly level: number };

/** What is for good happens in a run that a person has agreed to, after he has. */
export function doorOf({ ledger }: Truth, violate: Violate): (levels: readonly Level[]) => void {
  const isAgreed = (run: RunRecord): boolean => {
    const steps = ledger.steps(run);
    const door = steps.findIndex(isPassing);
    const approvals = steps.slice(0, door).filter(({ work }) => work.kind === 'approve');
    return approvals.length > 0 && approvals.every(({ status }) => status === 'COMPLETE');
  };
  return (levels) => {
    const text = levels.map(({ name, level }) => `${name} ${level}`).join(', ');
    const runs = ledger.runs().filter((run) => ledger.steps(run).some(isPassing));
    if (runs.length === 0) violate(`${text} is for good, and no run is at that`);
    else if (!runs.some(isAgreed))
      violate(`${text} is for good, by ${runs.map(({ id }) => id).join(', ')}, and nobody has agreed to it`);
  };
}

/** A stage goes on in other runs, even when its own is over. */
const isPassing = ({ work, status, childId }: StepRecord): boolean => {
  if (work.kind === 'call') return work.oneWay !== undefined && isBegun(status);
  return work.kind === 'configure' && work.oneWay !== undefined && childId !== undefined;
};
