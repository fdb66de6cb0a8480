/** The phases that make a list of moves, batch after batch, and leave nothing behind however they end. Pure. */
import { call, phase, wait, type PhaseSpec } from '@warder/sdk';
import { defaultScheduleLimits, schedule, type Schedule, type ScheduleLimits } from '../balance/schedule.ts';
import type { LeaderChange, Move } from '../balance/proposal.ts';
import type { ClusterModel } from '../model/model.ts';
import type { MoveArgs } from './steps.ts';
import { tableOf } from './table.ts';

export type MoveWork = {
  readonly model: Pick<ClusterModel, 'brokers' | 'partitions' | 'leaders'>;
  readonly moves: readonly Move[];
  /** Other orders of the same replicas. */
  readonly leaders?: readonly LeaderChange[];
  /** Bytes a second that each broker takes, and gives. Absent: no throttle. */
  readonly rate?: number;
  readonly limits?: Partial<Omit<ScheduleLimits, 'bytesPerSecond'>>;
};

export type CheckArgs = { readonly leaving: readonly number[]; readonly own: MoveArgs };

export type MovePhases = {
  readonly phases: readonly PhaseSpec[];
  /** Its seconds are for the rate; without one they mean nothing. */
  readonly schedule: Schedule;
};

/** Whether anything stands in the way, but for what a run that is started again has set itself. */
export const checkStep = (
  leaving: readonly number[],
  { moves, rate }: Pick<MoveWork, 'moves' | 'rate'>,
): ReturnType<typeof call> => {
  const args: CheckArgs = { leaving, own: { moves: tableOf(moves), ...(rate === undefined ? {} : { rate }) } };
  return call('check-moves', { args });
};

/**
 * `throttle`, `batch-1` to `batch-n`, `leaders` and `clean-up`, to be done in this order; those with nothing to do are
 * left out. The last one is of the kind that is also done when the run is cancelled.
 */
export const movePhases = ({ model, moves, leaders = [], rate, limits }: MoveWork): MovePhases => {
  const plan = schedule({
    model,
    moves,
    leaders: model.leaders,
    limits: { ...defaultScheduleLimits, ...limits, bytesPerSecond: rate ?? 1 },
  });
  const all = [...moves, ...leaders];
  if (all.length === 0) return { phases: [], schedule: plan };
  const argsOf = (some: readonly LeaderChange[]): MoveArgs => ({
    moves: tableOf(some),
    ...(rate === undefined ? {} : { rate }),
  });
  const order = leaders.length === 0 ? [] : [call('begin-moves', { name: 'order-replicas', args: argsOf(leaders) })];
  return {
    phases: [
      ...(moves.length === 0 || rate === undefined
        ? []
        : [phase('throttle', {}, call('set-throttle', { args: argsOf(moves) }))]),
      ...plan.batches.map((batch, at) => {
        const args: MoveArgs = { moves: tableOf(batch.moves) };
        return phase(`batch-${at + 1}`, {}, call('begin-moves', { args }), wait('moves-done', { args }));
      }),
      phase(
        'leaders',
        {},
        ...order,
        call('elect-leaders', { args: argsOf(all) }),
        wait('leaders-back', { args: argsOf(all) }),
      ),
      ...(moves.length === 0 ? [] : [phase('clean-up', { cleanup: true }, call('end-moves', { args: argsOf(moves) }))]),
    ],
    schedule: plan,
  };
};
