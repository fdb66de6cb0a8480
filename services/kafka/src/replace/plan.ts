/** The plans by which a broker starts empty with its id, where it is or on another agent, and catches up under a throttle. */
import type { MadePlan, MadePlanContext, MadeRecipe } from '@warder/sdk';
import { count } from '../cluster/words.ts';
import { bytes, duration } from '../table.ts';
import { lookAgain, lookAt, type Look } from './look.ts';
import { replacePhases } from './phases.ts';
import { moveParams, readMove, readReplace, replaceParams, type Wish } from './wish.ts';

const planBy = (
  summary: string,
  params: Readonly<Record<string, string>>,
  read: (of: MadePlanContext) => Wish,
): MadePlan => ({
  summary,
  params,
  make: async (context) => recipeOf(context, await lookAt(context, read(context))),
  review: async (context) => reviewOf(await lookAgain(context, read(context))),
  report: async (context) => reportOf(await lookAgain(context, read(context))),
});

export const replacePlan = planBy(
  'starts a broker empty, with its id, and lets it catch up under a throttle',
  replaceParams,
  readReplace,
);

export const movePlan = planBy(
  'starts a broker empty on another agent, with its id, and lets it catch up under a throttle',
  moveParams,
  readMove,
);

const recipeOf = ({ service }: MadePlanContext, { wish, moves, rate }: Look): MadeRecipe => {
  const { id, instance, where } = wish;
  const tasks = service.spec.pods.find(({ name }) => name === instance.pod)?.tasks.map(({ name }) => name) ?? [];
  const phases = replacePhases({ id, tasks, where, moves, ...(rate === undefined ? {} : { rate }) });
  return { strategy: 'serial', phases };
};

/** Pure. */
export const reviewOf = ({ wish, rate, needed }: Pick<Look, 'wish' | 'rate' | 'needed'>): readonly string[] => [
  `the volumes of ${wish.instance.name} are destroyed when its gates allow, and everything on them is copied from the other brokers`,
  ...throttleText(wish, rate, needed),
];

const throttleText = ({ throttle }: Wish, rate: number | undefined, needed: Look['needed']): readonly string[] => {
  const written = `${bytes(needed.bytesPerSecond)}/s is written to what is copied, at broker ${needed.broker}`;
  if (rate === undefined)
    return ['no throttle: copies take all that disks and networks give, and clients may have to wait'];
  if (rate <= needed.bytesPerSecond)
    return [`the throttle of ${bytes(rate)}/s is too low: ${written}; it would never catch up`];
  return throttle === undefined ? [`no throttle was given: it copies ${bytes(rate)}/s at most (--throttle)`] : [];
};

/** Pure. */
export const reportOf = ({
  wish,
  moves,
  bytes: copied,
  rate,
}: Pick<Look, 'wish' | 'moves' | 'bytes' | 'rate'>): string => {
  const { instance, where } = wish;
  const from = instance.hostname ?? 'nowhere';
  const to = where.on ?? (where.notOn === undefined ? 'wherever there is room' : 'another agent');
  const time =
    rate === undefined
      ? 'without a throttle, as fast as it goes'
      : `${duration(copied / rate)} at least at ${bytes(rate)}/s`;
  return `${instance.name}, from ${from} to ${to}: ${count(moves.length, 'partition')} of ${bytes(copied)} to be copied, ${time}`;
};
