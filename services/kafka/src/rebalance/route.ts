/** The throttle of moves that are under way. */
import { PackageError, type PackageRequest, type PackageRoute } from '@warder/sdk';
import { brokersText, count } from '../cluster/words.ts';
import { allRatesNow, setRates } from '../move/rates.ts';
import { readThrottles, removeThrottles } from '../move/throttle.ts';
import { topicsOf, withCluster } from '../route/ask.ts';
import { bytes } from '../table.ts';
import { readRate } from './wish.ts';

const change = (request: PackageRequest): Promise<{ readonly message: string }> =>
  withCluster(request, async (cluster) => {
    const { rate: text = '' } = request.query;
    const { topics } = await topicsOf(cluster, null);
    const names = topics.map(({ name }) => name);
    if (text === 'none') {
      const { rates, topics: lists } = await readThrottles(cluster, names);
      await removeThrottles(
        cluster,
        [...rates.keys()],
        lists.map(({ topic }) => topic),
      );
      const what = `${count(rates.size, 'broker')} and ${count(lists.length, 'topic')}`;
      return { message: `replication is not throttled any more: taken away from ${what}` };
    }
    const rate = readRate(text);
    const rates = await allRatesNow(cluster);
    const ids = [...rates.keys()].toSorted((a, b) => a - b);
    if (ids.length === 0)
      throw new PackageError('throttle-none', 'replication is not throttled now: there is nothing to be changed', 409);
    const away = await setRates(cluster, ids, rate);
    if (away.length > 0) throw new Error(`${brokersText(away)} cannot be throttled: no answer`);
    return { message: `${brokersText(ids)}: ${bytes(rate)}/s for copies, in and out` };
  });

export const rebalanceRoutes: readonly PackageRoute[] = [
  {
    method: 'PUT',
    path: '/rebalance/throttle',
    summary: 'Change the throttle of moves that are under way',
    query: { rate: 'bytes a second; none: every throttle of replication is taken away' },
    handle: change,
  },
];
