/** What the steps of a replace do and wait for, besides those of any move. All of them may be asked again at any time. */
import type { Probe, ProbeAnswer, Procedure, ProbeContext } from '@warder/sdk';
import { brokers } from '../cluster/member.ts';
import { catchUp } from '../cluster/safety.ts';
import { readView } from '../cluster/view.ts';
import { count } from '../cluster/words.ts';
import { withCluster } from '../route/ask.ts';
import { argsOf as moveArgsOf } from '../move/steps.ts';
import type { CheckArgs, ReplaceArgs } from './phases.ts';
import { standingOf } from './problems.ts';
import { catchUpText } from './progress.ts';

const argsOf = ({ args }: Pick<ProbeContext, 'args'>): ReplaceArgs => args as ReplaceArgs;

/** The world may have changed since the plan was made. */
const check: Procedure = (context) =>
  withCluster(context, async (cluster) => {
    const { broker, throttled, own } = context.args as CheckArgs;
    const set = own === undefined ? undefined : moveArgsOf(own);
    const { problems } = await standingOf(cluster, context.service, broker, throttled, set);
    if (problems.length > 0) throw new Error(`nothing was changed: ${problems.join('; ')}`);
    return { well: true };
  });

/** Its start has waited for that as well, unless a person has passed over it: the throttle stays until it is so. */
const caughtUp: Probe = (context) =>
  withCluster(context, async (cluster): Promise<ProbeAnswer> => {
    const { broker } = argsOf(context);
    const view = await readView(cluster.client, brokers(context.service), cluster.signal);
    if (!view.up.has(broker)) return { open: false, reason: `broker ${broker} is not in the cluster yet` };
    const partitions = view.partitions.filter(({ replicas }) => replicas.includes(broker));
    const { behind } = catchUp(broker, partitions);
    if (behind.length === 0)
      return {
        open: true,
        reason: `broker ${broker} is in sync in all of its ${count(partitions.length, 'partition')}`,
      };
    const key = `${context.service.uid} ${context.stepId}`;
    return { open: false, reason: await catchUpText(cluster, key, broker, partitions) };
  });

export const replaceProcedures: Readonly<Record<string, Procedure>> = { 'check-replace': check };
export const replaceProbes: Readonly<Record<string, Probe>> = { 'caught-up': caughtUp };
