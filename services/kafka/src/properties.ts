/** From options to Kafka's properties: those that can change live apart from those that need a restart. */
import { PackageError } from '@warder/sdk';
import { updateMode } from './live.ts';
import { speaks } from './metadata.ts';
import type { KafkaOptions } from './options.ts';
import type { KafkaVersion } from './version.ts';

export type Role = 'broker' | 'controller';

export type Properties = {
  /** In the file only: a change restarts. */
  readonly restart: Readonly<Record<string, string>>;
  readonly live: Readonly<Record<string, string>>;
};

/** Throws a PackageError when the options contradict each other. */
export const propertiesFor = (role: Role, options: KafkaOptions, { line }: KafkaVersion): Properties => {
  const { zookeeper } = speaks(role, options);
  const keepsAcls = zookeeper && role === 'broker';
  const all = Object.entries({ ...typedProperties(options, line), ...checkedExtra(options) })
    .filter(([key]) => (isOfZooKeeper(key) ? zookeeper : role === 'broker' || ofController(key)))
    .filter(([key]) => role === 'broker' || !ofZooKeeperBrokers.includes(key))
    .map(([key, value]): [string, string] => [key, keepsAcls ? value : standardAuthorizer(key, value)])
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  const isLive = ([key]: [string, string]): boolean => updateMode(key, line) !== undefined;
  return {
    restart: Object.fromEntries(all.filter((entry) => !isLive(entry))),
    live: Object.fromEntries(all.filter(isLive)),
  };
};

const typedProperties = (options: KafkaOptions, line: KafkaVersion['line']): Record<string, string> => {
  const { log_retention_hours, log_retention_minutes, log_retention_ms, ...rest } = options.kafka;
  const { log_roll_hours, log_roll_ms, log_roll_jitter_hours, log_roll_jitter_ms, ...others } = rest;
  const properties = Object.fromEntries(
    Object.entries(others).map(([key, value]) => [key.replaceAll('_', '.'), String(value)]),
  );
  // Only the spelling in milliseconds can change live, and it goes before the others.
  const retention = log_retention_ms ?? inMs(log_retention_minutes, 60_000) ?? inMs(log_retention_hours, 3_600_000);
  const roll = log_roll_ms ?? inMs(log_roll_hours, 3_600_000);
  const jitter = log_roll_jitter_ms ?? inMs(log_roll_jitter_hours, 3_600_000);
  if (retention !== undefined) properties['log.retention.ms'] = String(retention);
  if (roll !== undefined) properties['log.roll.ms'] = String(roll);
  if (jitter !== undefined) properties['log.roll.jitter.ms'] = String(jitter);
  // An empty text is no value.
  if (properties['max.connections.per.ip.overrides'] === '') delete properties['max.connections.per.ip.overrides'];
  return { ...properties, ...replication(options, line) };
};

const inMs = (value: string | number | boolean | undefined, unitMs: number): number | undefined =>
  typeof value !== 'number' ? undefined : value < 0 ? -1 : value * unitMs;

/** Copies cannot be more than brokers, and must be more than the writes wait for, or no broker could ever restart. */
const replication = ({ kafka, brokers }: KafkaOptions, line: KafkaVersion['line']): Record<string, string> => {
  const copies = (key: string): number => {
    const value = kafka[key] === undefined ? Math.min(3, brokers.count) : Number(kafka[key]);
    if (value > brokers.count) {
      const most = `brokers.count is ${brokers.count}`;
      throw new PackageError('kafka-replication', `kafka.${key} is ${value}, but ${most}: lower it or add brokers`);
    }
    return value;
  };
  const inSync = (key: string, ofKey: string, most: number): number => {
    const value = kafka[key] === undefined ? Math.max(1, most - 1) : Number(kafka[key]);
    if (value > most) {
      const why = `kafka.${ofKey} is ${most}: no write with acks=all could ever succeed`;
      throw new PackageError('kafka-replication', `kafka.${key} is ${value}, but ${why}`);
    }
    return value;
  };
  const topics = copies('default_replication_factor');
  const transactions = copies('transaction_state_log_replication_factor');
  const offsets = copies('offsets_topic_replication_factor');
  const fewest = Math.min(3, brokers.count);
  const share = {
    'share.coordinator.state.topic.replication.factor': String(fewest),
    'share.coordinator.state.topic.min.isr': String(Math.max(1, fewest - 1)),
  };
  return {
    'default.replication.factor': String(topics),
    'min.insync.replicas': String(inSync('min_insync_replicas', 'default_replication_factor', topics)),
    'offsets.topic.replication.factor': String(offsets),
    'transaction.state.log.replication.factor': String(transactions),
    'transaction.state.log.min.isr': String(
      inSync('transaction_state_log_min_isr', 'transaction_state_log_replication_factor', transactions),
    ),
    ...(line === '4' ? share : {}),
  };
};

/** What the package sets itself: identity, quorum, listeners and storage. */
const managed: readonly string[] = [
  'advertised.listeners',
  'broker.id',
  'controller.listener.names',
  'controller.quorum.bootstrap.servers',
  'controller.quorum.voters',
  'inter.broker.listener.name',
  'listener.security.protocol.map',
  'listeners',
  'log.dir',
  'log.dirs',
  'metadata.log.dir',
  'node.id',
  'process.roles',
  'zookeeper.connect',
  'zookeeper.metadata.migration.enable',
];

const checkedExtra = ({ extra, kafka }: KafkaOptions): Readonly<Record<string, string>> => {
  for (const [key, value] of Object.entries(extra)) {
    const at = `kafka.extra["${key}"]`;
    const typed = key.replaceAll('.', '_');
    if (!/^[a-z][A-Za-z0-9._-]*$/.test(key)) throw wrong(`${at} is not the name of a property of Kafka`);
    if (managed.includes(key)) throw wrong(`${at} is set by the package itself: take it out`);
    if (key in typedOnly || typed in kafka) throw wrong(`${at} has an option of its own: set kafka.${typed} instead`);
    if (/[\r\n]|\{\{/.test(value)) throw wrong(`the value of ${at} may hold neither line breaks nor {{`);
  }
  return extra;
};

/** The option that decides what a property is; undefined: none, so the property can be set while brokers run. */
export const optionOf = (key: string, { extra, kafka }: Pick<KafkaOptions, 'extra' | 'kafka'>): string | undefined => {
  const typed = key.replaceAll('.', '_');
  if (key in extra) return `kafka.extra.${key}`;
  return key in typedOnly || typed in kafka ? `kafka.${typed}` : undefined;
};

export const isManaged = (key: string): boolean => managed.includes(key);

/** Options that have no default, so that they are not always there to be seen. */
const typedOnly: Readonly<Record<string, true>> = {
  'default.replication.factor': true,
  'inter.broker.protocol.version': true,
  'log.flush.interval.ms': true,
  'log.message.format.version': true,
  'log.retention.minutes': true,
  'log.retention.ms': true,
  'log.roll.jitter.ms': true,
  'log.roll.ms': true,
  'min.insync.replicas': true,
  'offsets.topic.replication.factor': true,
  'transaction.state.log.min.isr': true,
  'transaction.state.log.replication.factor': true,
};

const wrong = (message: string): PackageError => new PackageError('kafka-property', message);

/** Controllers create the topics and choose the leaders, so these are theirs too. */
const ofControllers: readonly string[] = [
  'auto.leader.rebalance.enable',
  'broker.heartbeat.interval.ms',
  'broker.session.timeout.ms',
  'default.replication.factor',
  'delete.topic.enable',
  'leader.imbalance.check.interval.seconds',
  'min.insync.replicas',
  'num.partitions',
  'super.users',
  'unclean.leader.election.enable',
];

/** What brokers without ZooKeeper have no more. */
const ofZooKeeperBrokers: readonly string[] = ['control.plane.listener.name', 'inter.broker.protocol.version'];

/** Without ZooKeeper the access lists are kept by another class, which reads the same options. */
export const standardAuthorizer = (key: string, value: string): string =>
  key === 'authorizer.class.name' && value === 'kafka.security.authorizer.AclAuthorizer'
    ? 'org.apache.kafka.metadata.authorizer.StandardAuthorizer'
    : value;

export const isOfZooKeeper = (key: string): boolean => key.startsWith('zookeeper.') || ofZooKeeperBrokers.includes(key);

const ofController = (key: string): boolean =>
  ofControllers.includes(key) ||
  ['alter.config.policy.', 'authorizer.', 'controller.', 'create.topic.policy.', 'metadata.'].some((prefix) =>
    key.startsWith(prefix),
  );
