/** Asking the leaders of many partitions, each for those that it leads. */
import type { Metadata } from '../client/api/metadata.ts';
import { errorText } from '../client/error.ts';
import type { KafkaNode } from '../client/node.ts';
import { allAnswers } from '../cluster/answer.ts';
import { topicsOf, type Cluster } from './ask.ts';

export type Spot = { readonly topic: string; readonly partition: number };

export type FromLeaders<Answer> = {
  /** By `spotName`. */
  readonly given: ReadonlyMap<string, Answer>;
  /** Why a partition has no answer. */
  readonly failed: ReadonlyMap<string, string>;
};

/** As Kafka names them: `orders-0`. */
export const spotName = ({ topic, partition }: Spot): string => `${topic}-${partition}`;

/** Never rejects for what a single leader or partition lacks. */
export const askLeaders = async <Asked extends Spot, Answer extends Spot & { readonly errorCode: number }>(
  cluster: Cluster,
  spots: readonly Asked[],
  ask: (node: KafkaNode, spots: readonly Asked[]) => Promise<readonly Answer[]>,
): Promise<FromLeaders<Answer>> => {
  const given = new Map<string, Answer>();
  const failed = new Map<string, string>();
  if (spots.length === 0) return { given, failed };
  const known = await topicsOf(cluster, [...new Set(spots.map(({ topic }) => topic))]);
  const leaders = leadersOf(known);
  const fail = (those: readonly Spot[], why: string): void => {
    for (const spot of those) failed.set(spotName(spot), why);
  };
  const led = [...Map.groupBy(spots, (spot) => leaders.get(spotName(spot)) ?? -1)];
  const answers = await allAnswers(led, async ([leader, those]) => {
    const broker = known.brokers.find(({ id }) => id === leader);
    if (broker === undefined) throw new Error('it has no leader');
    return ask(cluster.client.node(broker), those);
  });
  for (const { from, why } of answers.failed) fail(from[1], why);
  for (const answer of answers.given.flatMap((each) => each.answer)) {
    if (answer.errorCode === 0) given.set(spotName(answer), answer);
    else fail([answer], errorText(answer.errorCode, null));
  }
  fail(
    spots.filter((spot) => !given.has(spotName(spot)) && !failed.has(spotName(spot))),
    'its leader did not tell',
  );
  return { given, failed };
};

const leadersOf = ({ topics }: Metadata): ReadonlyMap<string, number> =>
  new Map(
    topics.flatMap(({ name, partitions }) =>
      partitions.map(({ index, leader }) => [spotName({ topic: name, partition: index }), leader] as const),
    ),
  );
