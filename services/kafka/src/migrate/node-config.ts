/** Properties that nodes run with, in their own words: what a file says counts only after a restart. */
import { describeConfigs } from '../client/api/describe-configs.ts';
import type { KafkaClient } from '../client/client.ts';
import { errorText } from '../client/error.ts';
import { allAnswers } from '../cluster/answer.ts';
import { reachable, type Member } from '../cluster/member.ts';
import { few } from '../cluster/words.ts';

export type NodeConfigs = {
  /** Null: not set, or empty. */
  readonly given: readonly { readonly instance: string; readonly values: Readonly<Record<string, string | null>> }[];
  /** Who was started and does not answer, and why. */
  readonly silent: readonly string[];
};

/** Of brokers or of controllers. Never rejects for those that do not answer. */
export const readConfigs = async (
  client: KafkaClient,
  members: readonly Member[],
  keys: readonly string[],
  signal: AbortSignal,
): Promise<NodeConfigs> => {
  const launched = members.filter((each) => each.launched);
  const placed = reachable(launched);
  const { given, failed } = await allAnswers(placed, async ({ id, instance, address }) => {
    const resources = [{ type: 'broker', name: String(id), keys } as const];
    const [result] = await client.node(address).call(describeConfigs, { resources }, signal);
    if (result === undefined || result.errorCode !== 0)
      throw new Error(result === undefined ? 'no answer' : errorText(result.errorCode, result.errorMessage));
    return { instance, values: Object.fromEntries(result.entries.map(({ name, value }) => [name, value || null])) };
  });
  const nowhere = launched.filter(({ id }) => placed.every((each) => each.id !== id));
  return {
    given: given.map(({ answer }) => answer),
    silent: [
      ...failed.map(({ from, why }) => `${from.instance} (${why})`),
      ...nowhere.map(({ instance }) => `${instance} (it has no place)`),
    ],
  };
};

export type Wanted = Readonly<Record<string, string | null>>;

/** Undefined: all of them run with these values. */
export const unlike = ({ given, silent }: NodeConfigs, wanted: Wanted): string | undefined => {
  const other = given.flatMap(({ instance, values }) => {
    const wrong = Object.entries(wanted).find(([key, value]) => (values[key] ?? null) !== value);
    return wrong === undefined ? [] : [`${instance} (${wrong[0]}=${values[wrong[0]] ?? ''})`];
  });
  if (silent.length > 0) return `no answer from ${silent.join(', ')}`;
  return other.length > 0 ? `not restarted yet: ${few(other)}` : undefined;
};
