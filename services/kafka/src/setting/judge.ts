/** What a setting of a broker is, where that comes from, and whether anybody would be surprised. */
import type { ServiceView } from '@warder/sdk';
import { ConfigSource, type ConfigEntry } from '../client/api/describe-configs.ts';
import { sameValue } from '../live-apply.ts';
import { readOptions, type KafkaOptions } from '../options.ts';
import { optionOf, propertiesFor } from '../properties.ts';
import { kafkaVersion } from '../version.ts';

/** `broker` and `cluster` are set while brokers run, for one or for all; in this order one goes before the other. */
export type Origin = 'broker' | 'cluster' | 'file' | 'default';

export type Setting = {
  readonly key: string;
  /** Null: none, or a secret. */
  readonly value: string | null;
  readonly secret: boolean;
  readonly from: Origin;
  /** What would count without it, the next one first. */
  readonly hides: readonly { readonly value: string | null; readonly from: Origin }[];
  /** The option of the package that decides it. */
  readonly option: string | null;
  readonly warning: string | null;
};

/** What the package wants. */
export type Wanted = { readonly values: Readonly<Record<string, string>>; readonly options: KafkaOptions };

export const wantedBy = (service: Pick<ServiceView, 'options' | 'version'>): Wanted => {
  const options = readOptions(service.options);
  const { restart, live } = propertiesFor('broker', options, kafkaVersion(service.version));
  return { values: { ...restart, ...live }, options };
};

const origins: Readonly<Record<number, Origin>> = {
  [ConfigSource.dynamicBroker]: 'broker',
  [ConfigSource.dynamicDefault]: 'cluster',
  [ConfigSource.staticFile]: 'file',
};

const originOf = (source: number): Origin => origins[source] ?? 'default';

export const isLive = ({ from }: Pick<Setting, 'from'>): boolean => from === 'broker' || from === 'cluster';

export const judge = (entry: ConfigEntry, wanted: Wanted): Setting => {
  const { name: key, value, sensitive: secret } = entry;
  const from = originOf(entry.source);
  const others = entry.synonyms.filter((each) => each.source !== entry.source);
  // Kafka names `log.retention.hours` among what `log.retention.ms` would fall back to.
  const hides = others.map((each) => ({
    value: each.name === key || each.value === null ? each.value : `${each.name}=${each.value}`,
    from: originOf(each.source),
  }));
  const option = optionOf(key, wanted.options) ?? null;
  const setting = { key, value, secret, from, hides, option, warning: null };
  const own = others.filter((each) => each.name === key);
  return isLive(setting) && !secret ? { ...setting, warning: surprise(setting, own, wanted) } : setting;
};

/** Throttles come and go with the moves that they are for. */
const isThrottle = (key: string): boolean =>
  key.endsWith('.replication.throttled.rate') || key.startsWith('replica.alter.log.dirs.');

const surprise = (
  { key, value, from, option }: Setting,
  hidden: ConfigEntry['synonyms'],
  { values }: Wanted,
): string | null => {
  const where = from === 'broker' ? 'for this broker' : 'for all brokers';
  const is = `${key}=${value ?? ''} was set while they run, ${where}`;
  const expected = values[key];
  if (expected !== undefined) {
    return sameValue(value ?? '', expected) ? null : `${is}, and hides ${option ?? key}=${expected} of the options`;
  }
  const at = (source: number): string | null | undefined => hidden.find((each) => each.source === source)?.value;
  const file = at(ConfigSource.staticFile);
  if (file != null && !sameValue(value ?? '', file)) return `${is}, and hides ${file} of the file of the broker`;
  const preset = at(ConfigSource.default);
  // The package itself sets the default, when an option is taken away.
  if (preset != null && sameValue(value ?? '', preset)) return null;
  if (isThrottle(key)) return `${is}: a throttle, which is to go with the move that it is for`;
  return `${is}: no option of the package says so`;
};
