/** What the steps of a decommission do. All of them may be asked again at any time. */
import { setTimeout as sleep } from 'node:timers/promises';
import { call, phase, type Procedure, type ProcedureContext } from '@warder/sdk';
import { incrementalAlterConfigs } from '../client/api/incremental-alter-configs.ts';
import { unregisterBroker } from '../client/api/unregister-broker.ts';
import { errorText } from '../client/error.ts';
import { firstAnswers } from '../cluster/answer.ts';
import { brokers, controllers, reachable } from '../cluster/member.ts';
import { readView } from '../cluster/view.ts';
import { usesZooKeeper } from '../metadata.ts';
import { withCluster, type Cluster } from '../route/ask.ts';
import { dynamicOf, nodeOf, setCordon, takeCordon } from './cordon.ts';
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
    const settings = await settingsOf(cluster, args.brokers);
    // What is not registered has no settings that could be taken away: that goes last.
    const steps = [
      call('forget-settings', { args: { settings } }),
      ...(usesZooKeeper(context.service) ? [] : [call('unregister-brokers', { args })]),
    ];
    context.addPhases([phase('forget', {}, ...steps)], { last: true });
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

/** Keys that were set for each of them alone: they would wait for a broker of that id. */
const settingsOf = async (
  cluster: Cluster,
  ids: readonly number[],
): Promise<Readonly<Record<string, readonly string[]>>> => {
  const found: Record<string, readonly string[]> = {};
  for (const id of ids) {
    const node = await nodeOf(cluster, id);
    if (node === undefined) throw new Error(`broker ${id} is not in the cluster`);
    found[id] = [...(await dynamicOf(node, id, cluster.signal)).own.keys()];
  }
  return found;
};

const unregister: Procedure = (context) =>
  withCluster(context, async ({ node, signal }) => {
    for (const id of argsOf(context).brokers) {
      const { errorCode, errorMessage } = await node.call(unregisterBroker, { id }, signal);
      if (errorCode !== 0 && errorCode !== notRegistered)
        throw new Error(`broker ${id} is not forgotten: ${errorText(errorCode, errorMessage)}`);
    }
    return { unregistered: argsOf(context).brokers };
  });

const notRegistered = 102;

/** Of brokers that are gone: the controllers are told, where there are such that can be. */
const forget: Procedure = (context) =>
  withCluster(context, async ({ client, node, signal }) => {
    const { settings } = context.args as { readonly settings: Readonly<Record<string, readonly string[]>> };
    const resources = Object.entries(settings).flatMap(([name, keys]) =>
      keys.length === 0 ? [] : [{ type: 'broker', name, changes: keys.map((key) => ({ key, value: null })) } as const],
    );
    if (resources.length === 0) return { forgotten: [] };
    const { service } = context;
    const asked = usesZooKeeper(service)
      ? []
      : reachable(controllers(service)).map(({ address }) => client.node(address));
    const { given, failed } = await firstAnswers([...asked, node], 1, async (each) => {
      const results = await each.call(incrementalAlterConfigs, { resources, validateOnly: false }, signal);
      const wrong = results.find(({ errorCode }) => errorCode !== 0);
      if (wrong !== undefined) throw new Error(errorText(wrong.errorCode, wrong.errorMessage));
      return true;
    });
    if (given.length === 0) throw new Error(`settings of brokers that are gone stay: ${failed[0]?.why}`);
    return { forgotten: resources.flatMap(({ changes }) => changes.map(({ key }) => key)) };
  });

/** Also at the end of a run that was cancelled: those that stay take new replicas again. */
const uncordon: Procedure = (context) =>
  withCluster(context, async (cluster) => {
    const freed: number[] = [];
    for (const id of argsOf(context).brokers) if (await takeCordon(cluster, id)) freed.push(id);
    return { uncordoned: freed };
  });

export const decommissionProcedures: Readonly<Record<string, Procedure>> = {
  'check-leave': check,
  'cordon-brokers': cordon,
  'verify-empty': verify,
  'unregister-brokers': unregister,
  'forget-settings': forget,
  'uncordon-brokers': uncordon,
};
