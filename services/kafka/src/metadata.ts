/** Who keeps the metadata: controllers of Kafka's own, or an ensemble of ZooKeeper. */
import { PackageError, type ServiceView } from '@warder/sdk';
import { readOptions, type KafkaOptions, type Migration } from './options.ts';
import { compareProtocols, newestProtocol } from './protocol.ts';
import type { KafkaVersion } from './version.ts';

/** Throws a PackageError when the version cannot do what the options ask for. */
export const checkMetadata = (
  { metadata, migration, zookeeper, controllers, kafka }: KafkaOptions,
  { version, line }: KafkaVersion,
): void => {
  const wrong = (message: string): PackageError => new PackageError('kafka-metadata', message);
  if (line === '4' && kafka['log_message_format_version'] !== undefined)
    throw wrong(`Kafka ${version} has one format of records: take kafka.log_message_format_version out`);
  if (migration !== 'none' && (metadata === 'kraft' || line !== '3.9'))
    throw wrong(
      `kafka.migration is ${migration}, and only Kafka 3.9 on ZooKeeper can be there: bring it to its end, or back`,
    );
  if (metadata === 'kraft') {
    if (line === '2.8') throw wrong(`Kafka ${version} keeps its metadata in ZooKeeper: set kafka.metadata=zookeeper`);
    if (kafka['inter_broker_protocol_version'] !== undefined)
      throw wrong('kafka.inter_broker_protocol_version is for ZooKeeper mode: take it out');
    return;
  }
  const tooNew = versionOptions.find((key) => key in kafka && compareProtocols(String(kafka[key]), version) > 0);
  if (tooNew !== undefined) {
    const known = `Kafka ${version} knows none newer than ${newestProtocol(version)}`;
    throw wrong(`kafka.${tooNew} is ${String(kafka[tooNew])}, and ${known}: what brokers have gone by once stays`);
  }
  if (line === '4')
    throw wrong(`Kafka ${version} cannot use ZooKeeper any more: choose version 3.9.2, or kafka.metadata=kraft`);
  if (zookeeper.connect === '') {
    throw wrong(
      'zookeeper.connect is not set: give it the members of the ensemble (warder zookeeper endpoints connect)',
    );
  }
  if (controllers.combined) throw wrong('controllers.combined is true, but with ZooKeeper there are no controllers');
  if (zookeeper.chroot === '/zookeeper' || zookeeper.chroot.startsWith('/zookeeper/'))
    throw wrong(`zookeeper.chroot is ${zookeeper.chroot}, which ZooKeeper keeps for itself: choose another path`);
};

/** What the nodes of a role speak with: on the way from one to the other, both. */
type Speaks = { readonly zookeeper: boolean; readonly quorum: boolean };

export const speaks = (role: 'broker' | 'controller', { metadata, migration }: KafkaOptions): Speaks => {
  if (metadata === 'kraft') return { zookeeper: false, quorum: true };
  if (role === 'controller') return { zookeeper: true, quorum: true };
  return { zookeeper: migration !== 'kraft', quorum: ['brokers', 'kraft', 'returning'].includes(migration) };
};

/** Controllers of its own, alone or besides ZooKeeper. */
export const hasQuorum = ({ metadata, migration }: Pick<KafkaOptions, 'metadata' | 'migration'>): boolean =>
  metadata === 'kraft' || !['none', 'leaving'].includes(migration);

/** Brokers that know the quorum pass on to it what only the active controller can do. */
export const brokersPassOn = ({ options }: Pick<ServiceView, 'options'>): boolean =>
  speaks('broker', readOptions(options)).quorum;

export const migrationOf = ({ options }: Pick<ServiceView, 'options'>): Migration => readOptions(options).migration;

/** Options whose values are versions themselves. */
const versionOptions = ['inter_broker_protocol_version', 'log_message_format_version'];

export const usesZooKeeper = ({ options }: Pick<ServiceView, 'options'>): boolean =>
  readOptions(options).metadata === 'zookeeper';

/** The path that the cluster has for itself. Names of services hold no `__` of their own. */
export const chrootOf = (service: string, { zookeeper }: KafkaOptions): string =>
  zookeeper.chroot === '' ? `/warder/${service.replaceAll('/', '__')}` : zookeeper.chroot;
