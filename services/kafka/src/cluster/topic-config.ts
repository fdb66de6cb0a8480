/** The settings of topics that safety depends on. */
import { describeConfigs } from '../client/api/describe-configs.ts';
import { ErrorCode, errorText } from '../client/error.ts';
import type { KafkaNode } from '../client/node.ts';

/** Asked for so many topics at a time. */
const topicsMax = 500;

/** The `min.insync.replicas` in force for each topic. Topics that are gone by now are left out. */
export const minInSync = async (
  node: KafkaNode,
  topics: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> => {
  const found = new Map<string, number>();
  for (let at = 0; at < topics.length; at += topicsMax) {
    const resources = topics
      .slice(at, at + topicsMax)
      .map((name) => ({ type: 'topic', name, keys: ['min.insync.replicas'] }) as const);
    for (const result of await node.call(describeConfigs, { resources }, signal)) {
      if (result.errorCode === ErrorCode.unknownTopic) continue;
      const value = Number(result.entries[0]?.value);
      if (result.errorCode !== 0 || !Number.isInteger(value)) {
        const why = errorText(result.errorCode, result.errorMessage);
        throw new Error(`min.insync.replicas of ${result.name} cannot be read: ${why}`);
      }
      found.set(result.name, value);
    }
  }
  return found;
};
