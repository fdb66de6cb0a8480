/** How fast brokers copy at most, while they are told so: looked at, set and taken away. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigSource, describeConfigs } from '../client/api/describe-configs.ts';
import { incrementalAlterConfigs } from '../client/api/incremental-alter-configs.ts';
import { metadata } from '../client/api/metadata.ts';
import { errorText } from '../client/error.ts';
import type { KafkaNode } from '../client/node.ts';
import { allAnswers } from '../cluster/answer.ts';
import { brokersText } from '../cluster/words.ts';
import type { Cluster } from '../route/ask.ts';
import { followerRate, leaderRate } from './lists.ts';

/** Brokers that have a rate of their own, or all of them have: bytes a second, the lower of both directions. */
export type RatesNow = ReadonlyMap<number, number>;

const rateKeys = [leaderRate, followerRate];

type Asked = Pick<Cluster, 'client' | 'node' | 'signal'>;

/** Of those that tell. */
export const ratesNow = async (cluster: Asked): Promise<RatesNow> => lowestOf((await readRates(cluster)).told);

const lowestOf = (told: ReadonlyMap<number, Rates>): RatesNow =>
  new Map(
    [...told].flatMap(([id, { own, ofAll }]) => {
      const rates = [...own, ...ofAll];
      return rates.length === 0 ? [] : [[id, Math.min(...rates)] as const];
    }),
  );

/** The same; rejects when a broker does not tell. */
export const allRatesNow = async (cluster: Cluster): Promise<RatesNow> => {
  const { told, silent } = await readRates(cluster);
  const [first] = silent;
  if (first !== undefined) throw new Error(`broker ${first.id} does not tell its throttles: ${first.why}`);
  return lowestOf(told);
};

/** What one broker goes by; `ofAll`: what was set for every broker of the cluster. */
type Rates = { readonly node: KafkaNode; readonly own: readonly number[]; readonly ofAll: readonly number[] };

type Told = {
  readonly told: ReadonlyMap<number, Rates>;
  readonly silent: readonly { readonly id: number; readonly why: string }[];
};

const readRates = async (cluster: Asked, ids?: readonly number[]): Promise<Told> => {
  const { client, node, signal } = cluster;
  const { brokers } = await node.call(metadata, { topics: [] }, signal);
  const wanted = brokers.filter(({ id }) => ids === undefined || ids.includes(id));
  const { given, failed } = await allAnswers(wanted, async (broker): Promise<Rates> => {
    const asked = client.node(broker);
    const resources = [{ type: 'broker', name: String(broker.id), keys: rateKeys } as const];
    const [result] = await asked.call(describeConfigs, { resources }, signal);
    if (result === undefined || result.errorCode !== 0)
      throw new Error(errorText(result?.errorCode ?? -1, result?.errorMessage));
    const from = (of: number): readonly number[] =>
      result.entries.flatMap(({ value, source }) => (source === of ? [Number(value)] : []));
    return { node: asked, own: from(ConfigSource.dynamicBroker), ofAll: from(ConfigSource.dynamicDefault) };
  });
  return {
    told: new Map(given.map(({ from, answer }) => [from.id, answer])),
    silent: failed.map(({ from, why }) => ({ id: from.id, why })),
  };
};

/** How long a rate may take to come to its broker. */
const arrivalMs = 5_000;

/** For these brokers; null takes it away. Those that do not answer cannot be told, and are answered. */
export const setRates = async (
  cluster: Cluster,
  ids: readonly number[],
  rate: number | null,
): Promise<readonly number[]> => {
  const { told: present } = await readRates(cluster, ids);
  const away = ids.filter((id) => !present.has(id));
  const value = rate === null ? null : String(rate);
  const changes = rateKeys.map((key) => ({ key, value }));
  for (const id of ids) {
    const own = present.get(id);
    if (own === undefined || isRight(own, rate)) continue;
    const resources = [{ type: 'broker', name: String(id), changes } as const];
    const [result] = await own.node.call(incrementalAlterConfigs, { resources, validateOnly: false }, cluster.signal);
    if (result === undefined || result.errorCode !== 0)
      throw new Error(`broker ${id}: ${errorText(result?.errorCode ?? -1, result?.errorMessage)}`);
  }
  await arrived(cluster, [...present.keys()], rate);
  return away;
};

const isRight = ({ own }: Rates, rate: number | null): boolean =>
  rate === null ? own.length === 0 : own.length === rateKeys.length && own.every((each) => each === rate);

const arrived = async (cluster: Cluster, ids: readonly number[], rate: number | null): Promise<void> => {
  const deadline = performance.now() + arrivalMs;
  for (;;) {
    const { told: present } = await readRates(cluster, ids);
    const late = ids.filter((id) => {
      const own = present.get(id);
      return own !== undefined && !isRight(own, rate);
    });
    if (late.length === 0) return;
    if (performance.now() > deadline) throw new Error(`${brokersText(late)}: the throttle did not arrive`);
    await sleep(50, undefined, { signal: cluster.signal });
  }
};
