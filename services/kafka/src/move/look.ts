/** A batch under way, as the cluster sees it. */
import type { LeaderChange } from '../balance/proposal.ts';
import { partitionName } from '../balance/model.ts';
import { describeLogDirs } from '../client/api/describe-log-dirs.ts';
import { metadata, type Metadata } from '../client/api/metadata.ts';
import { allAnswers } from '../cluster/answer.ts';
import { byTopic, chunks } from '../model/piece.ts';
import type { Cluster } from '../route/ask.ts';
import type { Copy, Seen } from './progress.ts';
import type { Found } from './state.ts';

/** Partitions asked for at a time. */
const piece = 2_000;

type Asked = Pick<Cluster, 'client' | 'node' | 'signal'>;

/** A move, or what a broker that was emptied copies again. */
export type Copied = Pick<Found, 'move' | 'state'> & { readonly partition?: { readonly leader: number } };

/** What a broker does not tell of sizes counts as not copied yet. */
export const lookAt = async (cluster: Asked, found: readonly Copied[]): Promise<Omit<Seen, 'throttle' | 'leftOut'>> => {
  const isIn = ({ state }: Copied): boolean => state === 'done' || state === 'moving';
  const counted = found.filter(isIn);
  const { brokers } = await cluster.node.call(metadata, { topics: [] }, cluster.signal);
  const sizes = await sizesOf(cluster, brokers, counted);
  const away = new Set<number>();
  const copies: Copy[] = [];
  let [wanted, copied] = [0, 0];
  for (const { move, state, partition } of counted) {
    const own = sizes.get(partitionName(move));
    const whole = own?.get(partition?.leader ?? -1) ?? 0;
    for (const id of move.to.filter((each) => !move.from.includes(each))) {
      const has = state === 'done' ? whole : Math.min(whole, own?.get(id) ?? 0);
      wanted += whole;
      copied += has;
      if (state === 'moving' && brokers.every((each) => each.id !== id)) away.add(id);
      if (state === 'moving')
        copies.push({ name: `${partitionName(move)} to ${id}`, wantedBytes: whole, copiedBytes: has });
    }
  }
  return {
    moves: found.length,
    done: found.filter(({ state }) => state === 'done').length,
    wantedBytes: wanted,
    copiedBytes: copied,
    copies,
    away: [...away].toSorted((a, b) => a - b),
  };
};

/** Of the leader, and of those that are given a copy. */
const sizesOf = async (
  { client, signal }: Asked,
  brokers: Metadata['brokers'],
  found: readonly Copied[],
): Promise<ReadonlyMap<string, ReadonlyMap<number, number>>> => {
  const asked = new Map<number, LeaderChange[]>();
  for (const { move, partition } of found)
    for (const id of new Set([partition?.leader ?? -1, ...move.to.filter((each) => !move.from.includes(each))]))
      asked.set(id, [...(asked.get(id) ?? []), move]);
  const sizes = new Map<string, Map<number, number>>();
  await allAnswers(brokers, async ({ id, ...address }) => {
    for (const part of chunks(asked.get(id) ?? [], piece)) {
      const { dirs } = await client.node(address).call(describeLogDirs, { topics: byTopic(part) }, signal);
      for (const { topic, partition, sizeBytes, future } of dirs.flatMap(({ replicas }) => replicas)) {
        if (future) continue;
        const name = `${topic}-${partition}`;
        const own = sizes.get(name) ?? new Map<number, number>();
        sizes.set(name, own.set(id, Number(sizeBytes)));
      }
    }
  });
  return sizes;
};
