/** What the steps of a decommission do. All of them may be asked again at any time. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Procedure, ProcedureContext } from '@warder/sdk';
import { brokers } from '../cluster/member.ts';
import { readView } from '../cluster/view.ts';
import { withCluster, type Cluster } from '../route/ask.ts';
import { brokersText } from '../cluster/words.ts';
import { usesZooKeeper } from '../metadata.ts';
import { clearAway } from '../move/clear-away.ts';
import { cordonKey, setCordon, takeCordon } from './cordon.ts';
import { leftOn, leftText } from './emptiness.ts';
import { lookAtLeave } from './look.ts';
import { againPhases, type LeaveArgs } from './phases.ts';
import { leaveProblems } from './problems.ts';

const argsOf = ({ args }: Pick<ProcedureContext, 'args'>): LeaveArgs => args as LeaveArgs;

const check: Procedure = (context) =>
  withCluster(context, async ({ client, signal }) => {
    const view = await readView(client, brokers(context.service), signal);
    const problems = leaveProblems(context.service, view, argsOf(context).brokers);
    if (problems.length > 0) throw new Error(`nothing was changed: ${problems.join('; ')}`);
    return { well: true };
  });

const cordon: Procedure = (context) =>
  withCluster(context, async (cluster) => {
    const cordoned: number[] = [];
    for (const id of argsOf(context).brokers) if (await setCordon(cluster, id)) cordoned.push(id);
    return { cordoned };
  });

/** What is seen only once may be on its way. */
const apartMs = 3_000;

/**
 * Twice, some seconds apart, by the metadata and by the brokers themselves. What has come meanwhile goes as well: that
 * is added to the run, and looked at again.
 */
const verify: Procedure = (context) =>
  withCluster(context, async (cluster) => {
    const args = argsOf(context);
    for (const look of [1, 2]) {
      if (look > 1) await sleep(apartMs, undefined, { signal: context.signal });
      const again = await notEmpty(context, cluster, args);
      if (again) return { empty: false, round: args.round };
    }
    return { empty: true, looks: 2 };
  });

const notEmpty = async (context: ProcedureContext, cluster: Cluster, args: LeaveArgs): Promise<boolean> => {
  const { service, signal } = context;
  const view = await readView(cluster.client, brokers(service), signal);
  const left = await Promise.all(
    args.brokers.map(async (id) => ({ id, ...(await leftOn(cluster.client, view, id, signal)) })),
  );
  const texts = left.flatMap((each) => leftText(each.id, each) ?? []);
  if (texts.length === 0) return false;
  // What is on disk only is being deleted: that needs nothing but time.
  if (left.every(({ replicas }) => replicas.length === 0)) throw new Error(texts.join('; '));
  const { problems, found } = await lookAtLeave(context, args.brokers, args.pace, true);
  if (problems.length > 0 || found === undefined) throw new Error(`${texts.join('; ')}; ${problems.join('; ')}`);
  context.addPhases(againPhases(args, found.look.phases));
  return true;
};

/** Also at the end of a run that was cancelled: those that stay take new replicas again. */
const uncordon: Procedure = (context) =>
  withCluster(context, async (cluster) => {
    const freed: number[] = [];
    const away: number[] = [];
    for (const id of argsOf(context).brokers) {
      const taken = await takeCordon(cluster, id);
      if (taken === undefined) away.push(id);
      else if (taken) freed.push(id);
    }
    // ZooKeeper knows no cordons.
    const left = usesZooKeeper(context.service) ? [] : await clearAway(cluster, context, away, [cordonKey]);
    if (left.length > 0) throw new Error(`${brokersText(left)} cannot be told that there is no cordon any more`);
    return { uncordoned: freed };
  });

export const decommissionProcedures: Readonly<Record<string, Procedure>> = {
  'check-leave': check,
  'cordon-brokers': cordon,
  'verify-empty': verify,
  'uncordon-brokers': uncordon,
};
