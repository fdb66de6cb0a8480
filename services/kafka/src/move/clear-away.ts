/** Settings of brokers that are not in the cluster: its controllers can be told instead. */
import type { ServiceView } from '@warder/sdk';
import { incrementalAlterConfigs } from '../client/api/incremental-alter-configs.ts';
import { ErrorCode } from '../client/error.ts';
import { firstAnswers } from '../cluster/answer.ts';
import { controllers, reachable } from '../cluster/member.ts';
import type { Cluster } from '../route/ask.ts';

/**
 * Takes these settings away; those that could not be told of are answered. With ZooKeeper, and before 3.7, only the broker
 * itself can be. What the controllers have forgotten has none.
 */
export const clearAway = (
  cluster: Cluster,
  asking: { readonly service: ServiceView },
  ids: readonly number[],
  keys: readonly string[],
): Promise<readonly number[]> => setAway(cluster, asking, ids, Object.fromEntries(keys.map((key) => [key, null])));

/** The same for settings that are given; null takes one away. */
export const setAway = async (
  { client, signal }: Cluster,
  { service }: { readonly service: ServiceView },
  ids: readonly number[],
  values: Readonly<Record<string, string | null>>,
): Promise<readonly number[]> => {
  const changes = Object.entries(values).map(([key, value]) => ({ key, value }));
  if (ids.length === 0 || changes.length === 0) return [];
  const resources = ids.map((id) => ({ type: 'broker', name: String(id), changes }) as const);
  const fine: readonly number[] = [ErrorCode.none, ErrorCode.brokerNotRegistered];
  const { given } = await firstAnswers(reachable(controllers(service)), 1, async ({ address }) => {
    const request = { resources, validateOnly: false };
    const results = await client.node(address).call(incrementalAlterConfigs, request, signal);
    if (results.some(({ errorCode }) => !fine.includes(errorCode))) throw new Error('it is not the active controller');
    return true;
  });
  return given.length > 0 ? [] : ids;
};
