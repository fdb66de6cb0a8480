/** The plan by which a broker goes for good. */
import { PackageError, type MadePlan, type MadePlanContext, type MadeRecipe } from '@warder/sdk';
import { leaving } from '../cluster/leaving.ts';
import { brokers } from '../cluster/member.ts';
import { migrationOf } from '../metadata.ts';
import { readOptions } from '../options.ts';
import { reportOf, reviewOf } from '../rebalance/report.ts';
import { lookAtLeave } from './look.ts';
import { leavePhases, without } from './phases.ts';
import { paceOf, paceParams, readBroker } from './wish.ts';

export const decommissionPlan: MadePlan = {
  summary: 'moves everything away from a broker, stops it, and frees its place and volumes',
  params: { broker: 'which one: its id', ...paceParams },
  make: (context) => makeLeave(context, [readBroker(context.params)]),
  review: (context) => reviewLeave(context, [readBroker(context.params)]),
  report: (context) => reportLeave(context, [readBroker(context.params)]),
};

export const makeLeave = async (context: MadePlanContext, ids: readonly number[]): Promise<MadeRecipe> => {
  const { service, params } = context;
  const pace = paceOf(params);
  const stage = migrationOf(service);
  const onTheWay = stage === 'none' ? [] : [`its metadata is on its way to controllers of its own (${stage})`];
  const { problems, found } = await lookAtLeave(context, ids, pace, true);
  // Also of those that are asked for: the numbers that they are to leave are counted without them already.
  const all = [...new Set([...onTheWay, ...leaving(service, []), ...problems])];
  if (all.length > 0 || found === undefined) {
    const what = `broker${ids.length === 1 ? '' : 's'} ${ids.join(', ')} cannot go`;
    throw new PackageError('decommission-refused', `${what}: ${all.join('; ')}`, 409);
  }
  const { count, retired } = readOptions(service.options).brokers;
  const numbers = without(
    { count, retired },
    brokers(service).map(({ id }) => id),
    ids,
  );
  const args = { brokers: ids, pace, round: 0 };
  return { strategy: 'serial', phases: leavePhases(args, found.look, numbers) };
};

export const reviewLeave = async (context: MadePlanContext, ids: readonly number[]): Promise<readonly string[]> => {
  const { found } = await lookAtLeave(context, ids, paceOf(context.params), false);
  const what = `broker${ids.length === 1 ? '' : 's'} ${ids.join(', ')}`;
  return [
    ...(found === undefined ? [] : reviewOf(found)),
    `the volumes of ${what} are destroyed at the end, when it is known twice that nothing is on them; then nobody knows of ${ids.length === 1 ? 'it' : 'them'} any more`,
  ];
};

export const reportLeave = async (context: MadePlanContext, ids: readonly number[]): Promise<string> => {
  const { found } = await lookAtLeave(context, ids, paceOf(context.params), false);
  return found === undefined ? '' : reportOf(found.look);
};
