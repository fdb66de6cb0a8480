/** The phases in which brokers go: nothing of one is destroyed before it is known twice that nothing is on it. Pure. */
import { call, configure, phase, type MadePhase, type MadeStep, type PhaseSpec } from '@warder/sdk';
import { checkStep } from '../move/phases.ts';
import type { Look } from '../rebalance/made.ts';
import type { Pace } from './wish.ts';

/** Of the options: how many brokers, and which numbers are not used any more. */
export type Numbers = { readonly count: number; readonly retired: readonly number[] };

/** The highest numbers go by the count alone; one in the middle is retired, so that all others stay what they are. */
export const without = ({ count, retired }: Numbers, all: readonly number[], ids: readonly number[]): Numbers => {
  const staying = all.filter((id) => !ids.includes(id));
  const last = Math.max(...staying);
  const inside = ids.filter((id) => id < last);
  return {
    count: count - ids.length,
    retired: [...new Set([...retired, ...inside])].toSorted((a, b) => a - b),
  };
};

export type LeaveArgs = {
  readonly brokers: readonly number[];
  readonly pace: Pace;
  /** How often it was found that something new was there. */
  readonly round: number;
};

export const leavePhases = (
  args: LeaveArgs,
  look: Pick<Look, 'phases' | 'moves' | 'rate'>,
  numbers: Numbers,
): readonly MadePhase[] => {
  const who = args.brokers.join('-');
  return [
    phase<MadeStep>('pre-flight', {}, call('check-leave', { args }), checkStep(args.brokers, look)),
    phase<MadeStep>('cordon', {}, call('cordon-brokers', { args })),
    ...look.phases,
    verifyPhase(args),
    phase<MadeStep>('leave', {}, configure(`without-broker-${who}`, { options: { brokers: numbers } })),
    phase<MadeStep>('uncordon', { cleanup: true }, call('uncordon-brokers', { args })),
  ];
};

const verifyPhase = (args: LeaveArgs): PhaseSpec =>
  phase(args.round === 0 ? 'verify' : `verify-${args.round + 1}`, {}, call('verify-empty', { args }));

/** What was put there meanwhile goes as well, and it is looked again. */
export const againPhases = (args: LeaveArgs, moves: readonly PhaseSpec[]): readonly PhaseSpec[] => {
  const next = { ...args, round: args.round + 1 };
  return [...moves.map((each) => ({ ...each, name: `${each.name}-again-${next.round}` })), verifyPhase(next)];
};
