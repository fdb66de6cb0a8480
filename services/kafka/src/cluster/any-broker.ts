/** A broker for what all of them can be asked. */
import type { ServiceView } from '@warder/sdk';
import { metadata } from '../client/api/metadata.ts';
import type { KafkaClient } from '../client/client.ts';
import type { KafkaNode } from '../client/node.ts';
import { firstAnswers } from './answer.ts';
import { brokers, reachable } from './member.ts';

/** The first that answers: one that cannot start holds up nobody. Rejects when none does. */
export const anyBroker = async (
  client: KafkaClient,
  service: ServiceView,
  signal: AbortSignal,
): Promise<{ readonly id: number; readonly node: KafkaNode }> => {
  const { given, failed } = await firstAnswers(reachable(brokers(service)), 1, async ({ id, address }) => {
    const node = client.node(address);
    await node.call(metadata, { topics: [] }, signal);
    return { id, node };
  });
  const found = given[0]?.answer;
  if (found !== undefined) return found;
  const whys = failed.map(({ from, why }) => `${from.instance} (${why})`).join(', ');
  throw new Error(`no broker answers: ${whys || 'none has been started'}`);
};
