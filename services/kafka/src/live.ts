/**
 * What a running broker takes without a restart. The update modes are those that Kafka itself documents for its broker
 * configuration ("Update Mode" in the reference of 2.8, of 3.9 and of 4.4: read-only, per-broker, cluster-wide).
 *
 * Left out on purpose, so that a change restarts: listeners and their security (the identity of the instance and its
 * secrets), `config.providers` and `metric.reporters` (code to be loaded).
 */
import type { KafkaLine } from './version.ts';

export type UpdateMode = 'cluster-wide' | 'per-broker';

const clusterWide: readonly string[] = [
  'background.threads',
  'compression.gzip.level',
  'compression.lz4.level',
  'compression.type',
  'compression.zstd.level',
  'log.cleaner.backoff.ms',
  'log.cleaner.dedupe.buffer.size',
  'log.cleaner.delete.retention.ms',
  'log.cleaner.io.buffer.load.factor',
  'log.cleaner.io.buffer.size',
  'log.cleaner.io.max.bytes.per.second',
  'log.cleaner.max.compaction.lag.ms',
  'log.cleaner.min.cleanable.ratio',
  'log.cleaner.min.compaction.lag.ms',
  'log.cleaner.threads',
  'log.cleanup.policy',
  'log.flush.interval.messages',
  'log.flush.interval.ms',
  'log.index.interval.bytes',
  'log.index.size.max.bytes',
  'log.local.retention.bytes',
  'log.local.retention.ms',
  'log.message.timestamp.after.max.ms',
  'log.message.timestamp.before.max.ms',
  'log.message.timestamp.type',
  'log.preallocate',
  'log.retention.bytes',
  'log.retention.ms',
  'log.roll.jitter.ms',
  'log.roll.ms',
  'log.segment.bytes',
  'log.segment.delete.delay.ms',
  'max.connection.creation.rate',
  'max.connections',
  'max.connections.per.ip',
  'max.connections.per.ip.overrides',
  'message.max.bytes',
  'min.insync.replicas',
  'num.io.threads',
  'num.network.threads',
  'num.recovery.threads.per.data.dir',
  'num.replica.fetchers',
  'producer.id.expiration.ms',
  'remote.fetch.max.wait.ms',
  'remote.log.index.file.cache.total.size.bytes',
  'remote.log.manager.copy.max.bytes.per.second',
  'remote.log.manager.fetch.max.bytes.per.second',
  'transaction.partition.verification.enable',
  'unclean.leader.election.enable',
];

/** Of one line only. */
const clusterWideOfLine: Readonly<Record<KafkaLine, readonly string[]>> = {
  '2.8': ['log.message.downconversion.enable'],
  '3.9': ['log.message.downconversion.enable'],
  '4': [
    'errors.deadletterqueue.auto.create.topics.enable',
    'errors.deadletterqueue.topic.name.prefix',
    'follower.fetch.last.tiered.offset.enable',
    'follower.replication.throttled.rate',
    'group.consumer.assignment.interval.ms',
    'group.coordinator.cached.buffer.max.bytes',
    'group.share.assignment.interval.ms',
    'group.streams.assignment.interval.ms',
    'leader.replication.throttled.rate',
    'log.remote.copy.lag.bytes',
    'log.remote.copy.lag.ms',
    'max.decompressed.message.bytes',
    'remote.list.offsets.request.timeout.ms',
    'remote.log.manager.copier.thread.pool.size',
    'remote.log.manager.expiration.thread.pool.size',
    'remote.log.manager.follower.thread.pool.size',
    'remote.log.reader.threads',
    'replica.alter.log.dirs.io.max.bytes.per.second',
    'share.coordinator.cached.buffer.max.bytes',
  ],
};

const perBrokerOfLine: Readonly<Record<KafkaLine, readonly string[]>> = {
  '2.8': [],
  '3.9': [],
  '4': ['cordoned.log.dirs'],
};

/** Of those for all lines: what came after 2.8. */
const newer: readonly string[] = [
  'compression.gzip.level',
  'compression.lz4.level',
  'compression.zstd.level',
  'log.local.retention.bytes',
  'log.local.retention.ms',
  'log.message.timestamp.after.max.ms',
  'log.message.timestamp.before.max.ms',
  'producer.id.expiration.ms',
  'remote.fetch.max.wait.ms',
  'remote.log.index.file.cache.total.size.bytes',
  'remote.log.manager.copy.max.bytes.per.second',
  'remote.log.manager.fetch.max.bytes.per.second',
  'transaction.partition.verification.enable',
];

/** Undefined: a change needs a restart. */
export const updateMode = (key: string, line: KafkaLine): UpdateMode | undefined => {
  if (line === '2.8' && newer.includes(key)) return undefined;
  if (clusterWide.includes(key) || clusterWideOfLine[line].includes(key)) return 'cluster-wide';
  return perBrokerOfLine[line].includes(key) ? 'per-broker' : undefined;
};

/** Kafka lets these grow and shrink to between half and twice the present value at a time. */
export const threadPools: readonly string[] = [
  'background.threads',
  'num.io.threads',
  'num.network.threads',
  'num.recovery.threads.per.data.dir',
  'num.replica.fetchers',
  'log.cleaner.threads',
  'remote.log.manager.copier.thread.pool.size',
  'remote.log.manager.expiration.thread.pool.size',
  'remote.log.manager.follower.thread.pool.size',
  'remote.log.reader.threads',
];

/** The default of these is "no value", which cannot be set; these values mean the same. */
export const meaningOfNoValue: Readonly<Record<string, string>> = {
  'log.flush.interval.ms': '9223372036854775807',
  'log.retention.ms': '604800000',
  'log.roll.ms': '604800000',
  'log.roll.jitter.ms': '0',
};
