/**
 * What the cluster forgets of a broker that goes for good: settings that were made for it alone, which would wait for the
 * next one of its id, and its registration, which counts as a version that is still there.
 */
import { call, phase, plan, stop, type PlanSpec, type Procedure } from '@warder/sdk';
import { unregisterBroker } from '../client/api/unregister-broker.ts';
import { ErrorCode, errorText } from '../client/error.ts';
import { clearAway } from '../move/clear-away.ts';
import { withCluster } from '../route/ask.ts';
import { dynamicOf, nodeOf } from './cordon.ts';

/**
 * However it comes that a broker is not wanted any more; its place is given back after it has stopped. With ZooKeeper a
 * registration ends by itself, and nobody but the broker can take its settings away.
 */
export const goodbye: PlanSpec = plan(
  'decommission',
  'serial',
  phase('leave', { pod: 'broker' }, call('note-settings'), stop()),
);

type ForgetArgs = { readonly id: number; readonly keys: readonly string[] };

/** Only the broker itself tells its settings, and only while it is there: they are noted for after its end. */
const note: Procedure = (context) =>
  withCluster(context, async (cluster) => {
    const { instance } = context;
    if (instance === undefined) throw new Error('it is about a broker, and is told of none');
    const id = instance.index;
    const node = await nodeOf(cluster, id);
    const keys = node === undefined ? [] : [...(await dynamicOf(node, id, cluster.signal)).own.keys()];
    const args: ForgetArgs = { id, keys };
    context.addPhases([phase(`forget-${instance.name}`, {}, call('forget-broker', { args }))], { last: true });
    return { keys };
  });

/** Settings first: of what is not registered they cannot be taken away. */
const forget: Procedure = (context) =>
  withCluster(context, async (cluster) => {
    const { id, keys } = context.args as ForgetArgs;
    const left = await clearAway(cluster, context, [id], keys);
    if (left.length > 0) throw new Error(`the settings of broker ${id} stay: no controller takes that`);
    const { errorCode, errorMessage } = await cluster.node.call(unregisterBroker, { id }, cluster.signal);
    if (errorCode !== ErrorCode.none && errorCode !== ErrorCode.brokerNotRegistered)
      throw new Error(`broker ${id} is not forgotten: ${errorText(errorCode, errorMessage)}`);
    return { forgotten: keys };
  });

export const forgetProcedures: Readonly<Record<string, Procedure>> = {
  'note-settings': note,
  'forget-broker': forget,
};
