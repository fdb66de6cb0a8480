/** A cordon: a broker that is to go is given nothing new. Kafka knows that since 4.3. */
import { ConfigSource, describeConfigs } from '../client/api/describe-configs.ts';
import { incrementalAlterConfigs } from '../client/api/incremental-alter-configs.ts';
import { metadata } from '../client/api/metadata.ts';
import { ErrorCode, errorText } from '../client/error.ts';
import type { KafkaNode } from '../client/node.ts';
import type { Cluster } from '../route/ask.ts';

export const cordonKey = 'cordoned.log.dirs';

/** Every log dir, also one that is added later. */
const everywhere = '*';

/** Where a broker is reached; undefined: it is not in the cluster. */
export const nodeOf = async ({ client, node, signal }: Cluster, id: number): Promise<KafkaNode | undefined> => {
  const { brokers } = await node.call(metadata, { topics: [] }, signal);
  const found = brokers.find((each) => each.id === id);
  return found && client.node(found);
};

/** False where this Kafka, or its metadata version, does not know cordons. */
export const setCordon = async (cluster: Cluster, id: number): Promise<boolean> => {
  const node = await nodeOf(cluster, id);
  if (node === undefined) throw new Error(`broker ${id} is not in the cluster`);
  const keys = await dynamicOf(node, id, cluster.signal);
  if (!keys.known.has(cordonKey)) return false;
  if (keys.own.get(cordonKey) === everywhere) return true;
  const { errorCode, errorMessage } = await alter(node, id, { [cordonKey]: everywhere }, cluster.signal);
  if (errorCode === ErrorCode.unsupportedVersion) return false;
  if (errorCode !== 0) throw new Error(`broker ${id} cannot be cordoned: ${errorText(errorCode, errorMessage)}`);
  return true;
};

/** True when there was one; undefined when the broker is not in the cluster, and cannot be told. */
export const takeCordon = async (cluster: Cluster, id: number): Promise<boolean | undefined> => {
  const node = await nodeOf(cluster, id);
  if (node === undefined) return undefined;
  const { own } = await dynamicOf(node, id, cluster.signal);
  if (own.get(cordonKey) === undefined) return false;
  const { errorCode, errorMessage } = await alter(node, id, { [cordonKey]: null }, cluster.signal);
  if (errorCode !== 0) throw new Error(`the cordon of broker ${id} stays: ${errorText(errorCode, errorMessage)}`);
  return true;
};

/** Which settings there are, and which of them were made for this very broker while it ran. */
export const dynamicOf = async (
  node: KafkaNode,
  id: number,
  signal: AbortSignal,
): Promise<{ readonly known: ReadonlySet<string>; readonly own: ReadonlyMap<string, string | null> }> => {
  const resources = [{ type: 'broker', name: String(id), keys: null } as const];
  const [result] = await node.call(describeConfigs, { resources }, signal);
  if (result === undefined || result.errorCode !== 0)
    throw new Error(`the settings of broker ${id}: ${errorText(result?.errorCode ?? -1, result?.errorMessage)}`);
  return {
    known: new Set(result.entries.map(({ name }) => name)),
    own: new Map(
      result.entries.flatMap(({ name, value, source }) =>
        source === ConfigSource.dynamicBroker ? [[name, value] as const] : [],
      ),
    ),
  };
};

/** Settings of one broker; null takes one away. */
const alter = async (
  node: KafkaNode,
  id: number,
  values: Readonly<Record<string, string | null>>,
  signal: AbortSignal,
): Promise<{ readonly errorCode: number; readonly errorMessage?: string | null }> => {
  const changes = Object.entries(values).map(([key, value]) => ({ key, value }));
  const resources = [{ type: 'broker', name: String(id), changes } as const];
  const [result] = await node.call(incrementalAlterConfigs, { resources, validateOnly: false }, signal);
  return result ?? { errorCode: -1 };
};
