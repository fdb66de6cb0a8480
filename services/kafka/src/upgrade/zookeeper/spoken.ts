/** What every broker of a cluster on ZooKeeper goes by, in its own words. */
import type { ServiceView } from '@warder/sdk';
import { ConfigSource, describeConfigs, type ConfigEntry } from '../../client/api/describe-configs.ts';
import type { KafkaClient } from '../../client/client.ts';
import { errorText } from '../../client/error.ts';
import { allAnswers } from '../../cluster/answer.ts';
import { brokers, reachable } from '../../cluster/member.ts';

export type BrokerProtocol = {
  readonly instance: string;
  /** `inter.broker.protocol.version`, as `2.8-IV1`. */
  readonly protocol: string;
  /** What it would go by if nothing were said: that of its binaries. */
  readonly newest: string;
  /** `log.message.format.version`. */
  readonly format: string;
};

export type Spoken = {
  readonly brokers: readonly BrokerProtocol[];
  /** Who was started and does not answer, and why. */
  readonly silent: readonly string[];
};

const protocolKey = 'inter.broker.protocol.version';
const formatKey = 'log.message.format.version';

/** Never rejects for those that do not answer. */
export const readSpoken = async (client: KafkaClient, service: ServiceView, signal: AbortSignal): Promise<Spoken> => {
  const members = brokers(service).filter(({ launched }) => launched);
  const placed = reachable(members);
  const { given, failed } = await allAnswers(placed, async ({ id, instance, address }) => {
    const resources = [{ type: 'broker', name: String(id), keys: [protocolKey, formatKey] } as const];
    const [result] = await client.node(address).call(describeConfigs, { resources }, signal);
    if (result === undefined || result.errorCode !== 0)
      throw new Error(result === undefined ? 'no answer' : errorText(result.errorCode, result.errorMessage));
    return brokerProtocol(instance, result.entries);
  });
  const nowhere = members.filter(({ id }) => placed.every((each) => each.id !== id));
  return {
    brokers: given.map(({ answer }) => answer),
    silent: [
      ...failed.map(({ from, why }) => `${from.instance} (${why})`),
      ...nowhere.map(({ instance }) => `${instance} (it has no place)`),
    ],
  };
};

const brokerProtocol = (instance: string, entries: readonly ConfigEntry[]): BrokerProtocol => {
  const find = (key: string): ConfigEntry | undefined => entries.find(({ name }) => name === key);
  const entry = find(protocolKey);
  const preset = entry?.synonyms.find(({ source }) => source === ConfigSource.default)?.value;
  const [protocol, format] = [entry?.value, find(formatKey)?.value];
  if (protocol == null || preset == null || format == null)
    throw new Error(`it does not tell its ${protocolKey} and ${formatKey}`);
  return { instance, protocol, newest: preset, format };
};
