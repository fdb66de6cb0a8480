import { isBegun } from '@warder/sim/kit';
import type { Truth, Violate } from '@warder/sim/kit';

type Level = { readonly name: string; readonly level: number };

/** What is for good happens in a run that a person has agreed to, after he has. */
export function doorOf({ ledger }: Truth, violate: Violate): (levels: readonly Level[]) => void {
  return (levels) => {
    const text = levels.map(({ name, level }) => `${name} ${level}`).join(', ');
    const runs = ledger
      .runs()
      .filter((run) =>
        ledger
          .steps(run)
          .some(({ work, status }) => work.kind === 'call' && work.oneWay !== undefined && isBegun(status)),
      );
    const agreed = runs.some((run) => {
      const approvals = ledger.steps(run).filter(({ work }) => work.kind === 'approve');
      return approvals.length > 0 && approvals.every(({ status }) => status === 'COMPLETE');
    });
    if (runs.length === 0) violate(`${text} is finalised, and no run is at that`);
    else if (!agreed)
      violate(`${text} is finalised by ${runs.map(({ id }) => id).join(', ')}, and nobody has agreed to it`);
  };
}
