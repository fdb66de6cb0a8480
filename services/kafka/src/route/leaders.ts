/** Asking the leaders of many partitions, each for those that it leads. */
import { setTimeout as sleep } from 'node:timers/promises';
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

/** Leadership that moves is known everywhere after a moment: so long those that do not lead are asked again. */
const settleMs = 2000;

/** What a broker says that does not lead the partition: not any more, or not yet. */
const moved: readonly number[] = [3, 5, 6];

/** Never rejects for what a single leader or partition lacks. */
export const askLeaders = async <Asked extends Spot, Answer extends Spot & { readonly errorCode: number }>(
  cluster: Cluster,
  spots: readonly Asked[],
  ask: (node: KafkaNode, spots: readonly Asked[]) => Promise<readonly Answer[]>,
): Promise<FromLeaders<Answer>> => {
  const given = new Map<string, Answer>();
  const failed = new Map<string, string>();
  const deadline = performance.now() + settleMs;
  for (let asked = spots; asked.length > 0; await sleep(100, undefined, { signal: cluster.signal })) {
    const round = await askOnce(cluster, asked, ask);
    for (const [name, why] of round.failed) failed.set(name, why);
    const again = new Set<string>();
    for (const [name, answer] of round.given) {
      if (answer.errorCode === 0) given.set(name, answer);
      else if (moved.includes(answer.errorCode) && performance.now() < deadline) again.add(name);
      else failed.set(name, errorText(answer.errorCode, null));
    }
    asked = asked.filter((spot) => again.has(spotName(spot)));
    if (asked.length === 0) break;
  }
  return { given, failed };
};

const askOnce = async <Asked extends Spot, Answer extends Spot>(
  cluster: Cluster,
  spots: readonly Asked[],
  ask: (node: KafkaNode, spots: readonly Asked[]) => Promise<readonly Answer[]>,
): Promise<FromLeaders<Answer>> => {
  const known = await topicsOf(cluster, [...new Set(spots.map(({ topic }) => topic))]);
  const leaders = leadersOf(known);
  const led = [...Map.groupBy(spots, (spot) => leaders.get(spotName(spot)) ?? -1)];
  const answers = await allAnswers(led, async ([leader, those]) => {
    const broker = known.brokers.find(({ id }) => id === leader);
    if (broker === undefined) throw new Error('it has no leader');
    return ask(cluster.client.node(broker), those);
  });
  const given = new Map(
    answers.given.flatMap((each) => each.answer).map((answer) => [spotName(answer), answer] as const),
  );
  const failed = new Map(
    answers.failed.flatMap(({ from: [, those], why }) => those.map((spot) => [spotName(spot), why] as const)),
  );
  for (const name of spots.map(spotName)) {
    if (!given.has(name) && !failed.has(name)) failed.set(name, 'its leader did not tell');
  }
  return { given, failed };
};

const leadersOf = ({ topics }: Metadata): ReadonlyMap<string, number> =>
  new Map(
    topics.flatMap(({ name, partitions }) =>
      partitions.map(({ index, leader }) => [spotName({ topic: name, partition: index }), leader] as const),
    ),
  );
