/** What brokers on ZooKeeper go by among each other. */
import type { Server } from './server.ts';

const key = 'inter.broker.protocol.version';

/** `2.8` of `2.8.2`: the newest that a version knows. */
export const newestOf = (version: string): string => version.split('.', 2).join('.');

export const spokenBy = ({ launched }: Server): string => launched.properties.get(key) ?? newestOf(launched.version);

export const isNewer = (a: string, b: string): boolean => Number(a) > Number(b);

/** What the settings of a broker are when nothing is said. */
export const presetsOf = (version: string): Readonly<Record<string, string>> => {
  const [protocol, format] = newestOf(version) === '2.8' ? ['2.8-IV1', '2.8-IV1'] : ['3.9-IV0', '3.0-IV1'];
  return {
    'zookeeper.metadata.migration.enable': 'false',
    'min.insync.replicas': '1',
    [key]: protocol,
    'log.message.format.version': format,
  };
};
