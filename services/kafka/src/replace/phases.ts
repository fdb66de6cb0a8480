/** The phases in which a broker is replaced: slowed down before it is empty, and no longer than until it has caught up. Pure. */
import { call, phase, replace, wait, type PhaseSpec, type Where } from '@warder/sdk';
import type { LeaderChange } from '../balance/proposal.ts';
import type { MoveArgs } from '../move/steps.ts';
import { tableOf } from '../move/table.ts';

export type ReplaceArgs = { readonly broker: number; readonly throttled: boolean };

/** With the throttle that the run sets itself. */
export type CheckArgs = ReplaceArgs & { readonly own?: MoveArgs };

export type ReplaceWork = {
  readonly id: number;
  readonly tasks: readonly string[];
  readonly where: Where;
  readonly moves: readonly LeaderChange[];
  /** Bytes a second. Absent: no throttle. */
  readonly rate?: number;
};

/** The last one is of the kind that is also done when the run is cancelled. */
export const replacePhases = ({ id, tasks, where, moves, rate }: ReplaceWork): readonly PhaseSpec[] => {
  const throttled = rate !== undefined && moves.length > 0;
  const throttle: MoveArgs = { moves: tableOf(moves), ...(rate === undefined ? {} : { rate }) };
  const args: ReplaceArgs = { broker: id, throttled };
  const check: CheckArgs = { ...args, ...(throttled ? { own: throttle } : {}) };
  return [
    phase('pre-flight', {}, call('check-replace', { args: check })),
    ...(throttled ? [phase('throttle', {}, call('set-throttle', { args: throttle }))] : []),
    phase('replace', { pod: 'broker' }, { ...replace(where, ...tasks), index: id }),
    phase('catch-up', {}, wait('caught-up', { args })),
    ...(throttled ? [phase('clean-up', { cleanup: true }, call('end-throttle', { args: throttle }))] : []),
  ];
};
