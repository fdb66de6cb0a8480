/** Changed live values, for one instance at a time. */
import type { Procedure, ProcedureContext } from '@warder/sdk';
import { patient, withClient, type KafkaClient } from '../client/client.ts';
import type { KafkaNode } from '../client/node.ts';
import { anyBroker } from '../cluster/any-broker.ts';
import { brokers } from '../cluster/member.ts';
import { applyLive, type LiveValues } from '../live-apply.ts';
import { updateMode } from '../live.ts';
import { kafkaVersion, type KafkaLine } from '../version.ts';

export const applyLiveProcedure: Procedure = async (context) => {
  const { line } = kafkaVersion(context.service.version);
  const values = valuesOf(context.args);
  return withClient(patient, async (client) => {
    const target = await targetOf(context, client);
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
const targetOf = async (
  { service, instance, signal }: ProcedureContext,
  client: KafkaClient,
): Promise<{ readonly id: number; readonly node: KafkaNode; readonly own: boolean }> => {
  const own = brokers(service).find((member) => member.instance === instance?.name);
  if (own === undefined) return { ...(await anyBroker(client, service, signal)), own: false };
  if (own.address === undefined) throw new Error(`${own.instance} has not been started, and takes no values`);
  return { id: own.id, node: client.node(own.address), own: true };
};

const forTarget = (values: LiveValues, own: boolean, line: KafkaLine): LiveValues =>
  own ? values : Object.fromEntries(Object.entries(values).filter(([key]) => updateMode(key, line) === 'cluster-wide'));
