/** The plan that changes how many brokers there are. */
import { call, configure, instancesOf, PackageError, phase, wait } from '@warder/sdk';
import type { MadePlan, MadePlanContext, MadeRecipe, MadeStep, Probe, Procedure, ServiceView } from '@warder/sdk';
import { brokers } from '../cluster/member.ts';
import { readView } from '../cluster/view.ts';
import { brokersText } from '../cluster/words.ts';
import { readOptions } from '../options.ts';
import { checkStep } from '../move/phases.ts';
import { lookAt } from '../rebalance/look.ts';
import { withCluster } from '../route/ask.ts';
import { makeLeave, reportLeave, reviewLeave } from './plan.ts';
import { paceOf, paceParams, readSize, type Pace } from './wish.ts';

export const scalePlan: MadePlan = {
  summary: 'changes how many brokers there are: new ones join, or the last ones are emptied and go',
  params: {
    brokers: 'how many there are to be',
    rebalance: '`true`: new ones are given their share at once',
    ...paceParams,
  },
  make: (context) => {
    const { grows, ids } = wishOf(context);
    return grows ? grow(context, ids) : makeLeave(context, ids);
  },
  review: async (context) => {
    const { grows, ids } = wishOf(context);
    if (!grows) return reviewLeave(context, ids);
    return context.params['rebalance'] === 'true'
      ? ['what moves to the new brokers is proposed when they are there']
      : ['new brokers are given nothing of what there is: see rebalance, or --rebalance'];
  },
  report: async (context) => {
    const { grows, ids } = wishOf(context);
    return grows ? `${brokersText(ids)} new` : reportLeave(context, ids);
  },
};

/** Those that come, or those that go. */
const wishOf = ({ service, params }: MadePlanContext): { readonly grows: boolean; readonly ids: readonly number[] } => {
  const size = readSize(params);
  const { count, retired } = readOptions(service.options).brokers;
  const now = instancesOf({ count, retired });
  if (size === now.length) throw new PackageError('already', `there are ${size} brokers already`, 409);
  if (size === 0) throw new PackageError('param-invalid', 'brokers is 0: uninstall the service instead', 400);
  if (size < now.length) return { grows: false, ids: now.slice(size) };
  return { grows: true, ids: instancesOf({ count: size, retired }).slice(now.length) };
};

const grow = async ({ params }: MadePlanContext, ids: readonly number[]): Promise<MadeRecipe> => {
  const count = readSize(params);
  const args: GrowArgs = { brokers: ids, pace: paceOf(params) };
  return {
    strategy: 'serial',
    phases: [
      phase<MadeStep>('join', {}, configure(`to-${count}-brokers`, { options: { brokers: { count } } })),
      phase<MadeStep>('joined', {}, wait('brokers-joined', { args })),
      ...(params['rebalance'] === 'true' ? [phase<MadeStep>('propose', {}, call('give-share', { args }))] : []),
    ],
  };
};

type GrowArgs = { readonly brokers: readonly number[]; readonly pace: Pace };

const joined: Probe = (context) =>
  withCluster(context, async ({ client, signal }) => {
    const { brokers: ids } = context.args as GrowArgs;
    const view = await readView(client, brokers(context.service), signal);
    const missing = ids.filter((id) => !view.up.has(id));
    return missing.length === 0
      ? { open: true, reason: `${brokersText(ids)} in the cluster` }
      : { open: false, reason: `${brokersText(missing)} not in the cluster yet` };
  });

/** What moves to them is known only now: it is added to the run. */
const giveShare: Procedure = async (context) => {
  const { brokers: ids, pace } = context.args as GrowArgs;
  const asked: { readonly service: ServiceView; readonly signal: AbortSignal } = context;
  const { look, problems } = await lookAt({ ...asked, params: { ...pace, brokers: ids.join(',') } });
  if (problems.length > 0) throw new Error(`nothing was moved: ${problems.join('; ')}`);
  if (look.phases.length > 0) context.addPhases([phase('pre-flight', {}, checkStep([], look)), ...look.phases]);
  return { moves: look.moves.length, leaders: look.leaders.length };
};

export const scaleProcedures: Readonly<Record<string, Procedure>> = { 'give-share': giveShare };
export const scaleProbes: Readonly<Record<string, Probe>> = { 'brokers-joined': joined };
