/** The feature levels of a cluster: what it has agreed on, and what each of its nodes can do. */
import type { ServiceView } from '@warder/sdk';
import { describeFeatures, type Features } from '../client/api/describe-features.ts';
import type { FeatureLevel } from '../client/api/update-features.ts';
import type { KafkaClient } from '../client/client.ts';
import { errorName } from '../client/error.ts';
import { allAnswers } from '../cluster/answer.ts';
import { brokers, controllers, reachable } from '../cluster/member.ts';

export type Levels = {
  /** The highest that any node knows of: a level is never lowered. */
  readonly finalised: ReadonlyMap<string, number>;
  readonly nodes: readonly (Features & { readonly instance: string })[];
  /** Who did not answer, and why. */
  readonly silent: readonly string[];
};

/** Asked of every broker and every controller. Never rejects for those that do not answer. */
export const readLevels = async (client: KafkaClient, service: ServiceView, signal: AbortSignal): Promise<Levels> => {
  const members = new Map([...brokers(service), ...controllers(service)].map((each) => [each.instance, each]));
  const { given, failed } = await allAnswers(reachable([...members.values()]), async ({ address, instance }) => {
    const features = await client.node(address).call(describeFeatures, null, signal);
    if (features.errorCode !== 0) throw new Error(errorName(features.errorCode));
    return { ...features, instance };
  });
  const nodes = given.map(({ answer }) => answer);
  return { nodes, silent: failed.map(({ from, why }) => `${from.instance} (${why})`), finalised: highest(nodes) };
};

const highest = (nodes: readonly Features[]): ReadonlyMap<string, number> => {
  const found = new Map<string, number>();
  for (const { finalised } of nodes)
    for (const [name, level] of finalised) found.set(name, Math.max(level, found.get(name) ?? 0));
  return found;
};

/** `metadata.version 21 -> 33, group.version 0 -> 1`. */
export const levelsText = (due: readonly FeatureLevel[], finalised: ReadonlyMap<string, number>): string =>
  due.map(({ name, level }) => `${name} ${finalised.get(name) ?? 0} -> ${level}`).join(', ');

/** Nodes that do not know these levels yet, in words. */
export const unable = ({ nodes }: Levels, due: readonly FeatureLevel[]): readonly string[] =>
  nodes.flatMap(({ instance, supported }) => {
    const missing = due.filter(({ name, level }) => level > (supported.get(name)?.max ?? 0));
    return missing.map(({ name, level }) => `${instance} does not know ${name} ${level}`);
  });

/** Nodes that do not go by these levels yet, in words. */
export const unaware = ({ nodes }: Levels, due: readonly FeatureLevel[]): readonly string[] =>
  nodes.flatMap(({ instance, finalised }) => {
    const missing = due.filter(({ name, level }) => (finalised.get(name) ?? 0) < level);
    return missing.map(({ name }) => `${instance} goes by ${name} ${finalised.get(name) ?? 0} still`);
  });
