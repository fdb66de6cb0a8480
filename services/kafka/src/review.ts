/** What waiting cannot help, told before the restarts begin. */
import type { PackageCode } from '@warder/sdk';
import { patient, withClient } from './client/client.ts';
import { brokers, reachable } from './cluster/member.ts';
import { minInSync } from './cluster/topic-config.ts';
import { readView } from './cluster/view.ts';
import { count, few } from './cluster/words.ts';
import { batchReview } from './roll/batches.ts';

/** Topics whose writes stop whenever one of the brokers to be restarted is away. */
export const review: NonNullable<PackageCode['review']> = async ({ service, restarts, batches, signal }) => {
  const apart = batches === undefined ? [] : await batchReview(service, batches, signal);
  const all = brokers(service);
  const restarted = new Set(all.filter((each) => restarts.includes(each.instance)).map((each) => each.id));
  if (restarted.size === 0 || reachable(all).length === 0) return apart;
  return withClient(patient, async (client) => {
    const view = await readView(client, all, signal);
    const teller = view.seenBy[0];
    if (teller === undefined)
      return [...apart, `no broker answers, so it is not known which topics suffer: ${view.silent.join(', ')}`];
    const touched = view.partitions.filter((each) => each.replicas.some((id) => restarted.has(id)));
    const needs = await minInSync(client.node(teller.address), [...new Set(touched.map((each) => each.topic))], signal);
    const tight = touched.filter((each) => each.replicas.length <= (needs.get(each.topic) ?? 0));
    const topics = [...new Set(tight.map((each) => each.topic))];
    if (topics.length === 0) return apart;
    const what = `${count(topics.length, 'topic')} (${few(topics)}) have no more replicas than min.insync.replicas`;
    return [
      ...apart,
      `${what}: writes with acks=all to them, all writes where there is one replica, pause during each restart`,
    ];
  });
};
