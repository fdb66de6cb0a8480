/** The throttle of a broker that is not in the cluster: its controllers can be told instead. */
import type { ServiceView } from '@warder/sdk';
import { incrementalAlterConfigs } from '../client/api/incremental-alter-configs.ts';
import { firstAnswers } from '../cluster/answer.ts';
import { controllers, reachable } from '../cluster/member.ts';
import type { Cluster } from '../route/ask.ts';
import { followerRate, leaderRate } from './lists.ts';

/** Those that could not be told of. With ZooKeeper, and before 3.7, only the broker itself can be. */
export const clearAway = async (
  { client, signal }: Cluster,
  { service }: { readonly service: ServiceView },
  ids: readonly number[],
): Promise<readonly number[]> => {
  if (ids.length === 0) return [];
  const changes = [leaderRate, followerRate].map((key) => ({ key, value: null }));
  const resources = ids.map((id) => ({ type: 'broker', name: String(id), changes }) as const);
  const { given } = await firstAnswers(reachable(controllers(service)), 1, async ({ address }) => {
    const results = await client
      .node(address)
      .call(incrementalAlterConfigs, { resources, validateOnly: false }, signal);
    if (results.some(({ errorCode }) => errorCode !== 0)) throw new Error('it is not the active controller');
    return true;
  });
  return given.length > 0 ? [] : ids;
};
