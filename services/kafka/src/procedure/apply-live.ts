/** Changed live values, for one instance at a time. */
import type { Procedure, ProcedureContext } from '@warder/sdk';
import { patient, withClient, type KafkaClient } from '../client/client.ts';
import { brokers, type Member } from '../cluster/member.ts';
import { applyLive, type LiveValues } from '../live-apply.ts';
import { updateMode } from '../live.ts';
import { kafkaVersion, type KafkaLine } from '../version.ts';

export const applyLiveProcedure: Procedure = async (context) => {
  const { line } = kafkaVersion(context.service.version);
  const values = valuesOf(context.args);
  return withClient(patient, async (client) => {
    const target = targetOf(context, client);
    const changed = await applyLive({ ...target, line }, forTarget(values, target.own, line), context.signal);
    return { changed };
  });
};

/** `{ set: { key: value }, unset: [key] }`, checked: it comes from the outside of this package. */
const valuesOf = (args: unknown): LiveValues => {
  const { set = {}, unset = [] } = (args ?? {}) as { set?: Record<string, unknown>; unset?: unknown[] };
  const values: Record<string, string | null> = {};
  for (const key of unset) values[String(key)] = null;
  for (const [key, value] of Object.entries(set)) values[key] = String(value);
  return values;
};

/** Controllers take what is set for the cluster from the metadata, so any broker can be told. */
const targetOf = (
  { service, instance }: ProcedureContext,
  client: KafkaClient,
): { readonly id: number; readonly node: ReturnType<KafkaClient['node']>; readonly own: boolean } => {
  const members = brokers(service);
  const own = members.find((member) => member.instance === instance?.name);
  const member: Member | undefined = own ?? members.find((each) => each.launched && each.address !== undefined);
  if (member?.address === undefined) throw new Error('no broker has been started that could take the values');
  return { id: member.id, node: client.node(member.address), own: own !== undefined };
};

const forTarget = (values: LiveValues, own: boolean, line: KafkaLine): LiveValues =>
  own ? values : Object.fromEntries(Object.entries(values).filter(([key]) => updateMode(key, line) === 'cluster-wide'));
