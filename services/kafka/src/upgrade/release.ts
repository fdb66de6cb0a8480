/** What each release of Kafka is, apart from its jars: the levels of its features, the Java it needs, what it dropped. */
import type { FeatureLevel } from '../client/api/update-features.ts';

export type Release = {
  /** The levels that a new cluster of this release has, as `kafka-storage version-mapping` tells them. */
  readonly levels: Readonly<Record<string, number>>;
};

/** `kraft.version` is left alone: it belongs to how the controllers were set up. */
const releases: Readonly<Record<string, Release>> = {
  '3.9': { levels: { 'metadata.version': 21 } },
  '4.0': { levels: { 'metadata.version': 25, 'transaction.version': 2, 'group.version': 1 } },
  '4.1': {
    levels: {
      'metadata.version': 27,
      'transaction.version': 2,
      'group.version': 1,
      'eligible.leader.replicas.version': 1,
    },
  },
  '4.2': { levels: { ...newer(29), 'share.version': 1 } },
  '4.3': { levels: { ...newer(30), 'share.version': 1 } },
  '4.4': { levels: { ...newer(33), 'share.version': 2 } },
};

function newer(metadata: number): Readonly<Record<string, number>> {
  return {
    'metadata.version': metadata,
    'transaction.version': 2,
    'group.version': 1,
    'eligible.leader.replicas.version': 1,
    'streams.version': 1,
  };
}

/** Of `4.4.0`. Throws for one that is not in the table: a version that the package offers is. */
export const releaseOf = (version: string): Release => {
  const release = releases[version.split('.', 2).join('.')];
  if (release === undefined) throw new Error(`nothing is known of the release of Kafka ${version}`);
  return release;
};

/** The oldest Java that runs it. */
export const javaOf = (version: string): number => (compareVersions(version, '4.0.0') < 0 ? 8 : 17);

/** What is to be raised so that a cluster at these levels has those of the release. */
export const dueLevels = (finalised: ReadonlyMap<string, number>, version: string): readonly FeatureLevel[] =>
  Object.entries(releaseOf(version).levels).flatMap(([name, level]) =>
    (finalised.get(name) ?? 0) < level ? [{ name, level }] : [],
  );

/** Levels that the release does not know: it could not read what was written with them. */
export const unreadableLevels = (finalised: ReadonlyMap<string, number>, version: string): readonly FeatureLevel[] => {
  const { levels } = releaseOf(version);
  return [...finalised].flatMap(([name, level]) =>
    name !== 'kraft.version' && level > (levels[name] ?? 0) ? [{ name, level }] : [],
  );
};

/** Negative: a is older. */
export const compareVersions = (a: string, b: string): number => {
  const [left = [], right = []] = [a, b].map((version) => version.split('.').map(Number));
  const at = left.findIndex((part, index) => part !== (right[index] ?? 0));
  return at < 0 ? 0 : (left[at] ?? 0) - (right[at] ?? 0);
};

/** KRaft became ready for use with it, and so it is the oldest that 4.x reads. */
const oldestMetadata = 7;

/** Why a cluster at these levels cannot go there in one hop; empty: it can. */
export const hopProblems = (
  { from, to }: { readonly from: string; readonly to: string },
  finalised: ReadonlyMap<string, number>,
): readonly string[] => {
  const metadata = finalised.get('metadata.version') ?? 0;
  const tooOld =
    metadata < oldestMetadata && to.startsWith('4.')
      ? [
          `metadata.version ${metadata} is too old for Kafka ${to}: finalise ${oldestMetadata} or newer with Kafka 3.9 first`,
        ]
      : [];
  if (compareVersions(to, from) >= 0) return tooOld;
  const unreadable = unreadableLevels(finalised, to);
  if (unreadable.length === 0) return [];
  const levels = unreadable.map(({ name, level }) => `${name} ${level}`).join(', ');
  return [`the cluster has finalised ${levels}, which Kafka ${to} does not read: there is no way back to it`];
};

/** Properties that are gone, or mean something else, since a version; with what to do about them. */
const dropped: readonly { readonly since: string; readonly keys: readonly string[]; readonly next: string }[] = [
  {
    since: '3.0.0',
    keys: ['advertised.host.name', 'advertised.port', 'host.name', 'port'],
    next: 'take it out: the package sets the listeners',
  },
  {
    since: '3.0.0',
    keys: ['quota.consumer.default', 'quota.producer.default'],
    next: 'take it out: set quotas while the cluster runs (kafka-configs --alter --entity-type clients --entity-default)',
  },
  { since: '3.2.0', keys: ['zookeeper.sync.time.ms'], next: 'take it out' },
  {
    since: '4.0.0',
    keys: ['inter.broker.protocol.version', 'log.message.format.version'],
    next: 'take it out: metadata.version decides',
  },
  { since: '4.0.0', keys: ['delegation.token.master.key'], next: 'rename it to delegation.token.secret.key' },
  {
    since: '4.0.0',
    keys: ['log.message.timestamp.difference.max.ms'],
    next: 'set log.message.timestamp.before.max.ms and log.message.timestamp.after.max.ms',
  },
  { since: '4.0.0', keys: ['metrics.jmx.whitelist'], next: 'rename it to metrics.jmx.include' },
  { since: '4.0.0', keys: ['metrics.jmx.blacklist'], next: 'rename it to metrics.jmx.exclude' },
  {
    since: '4.0.0',
    keys: [
      'auto.include.jmx.reporter',
      'broker.id.generation.enable',
      'control.plane.listener.name',
      'controlled.shutdown.max.retries',
      'controlled.shutdown.retry.backoff.ms',
      'leader.imbalance.per.broker.percentage',
      'log.message.downconversion.enable',
      'offsets.commit.required.acks',
      'reserved.broker.max.id',
    ],
    next: 'take it out',
  },
];

const droppedPrefixes = ['zookeeper.', 'password.encoder.'];

/** What the properties of a cluster hold that Kafka `to` has no more, or does not take. */
export const propertyProblems = (
  properties: Readonly<Record<string, string>>,
  { from, to }: { readonly from: string; readonly to: string },
): readonly string[] => {
  const crossed = (since: string): boolean => compareVersions(from, since) < 0 && compareVersions(to, since) >= 0;
  const found = dropped.flatMap(({ since, keys, next }) =>
    crossed(since)
      ? keys.filter((key) => key in properties).map((key) => `${key} is gone since Kafka ${since}: ${next}`)
      : [],
  );
  const old = crossed('4.0.0')
    ? Object.keys(properties).filter((key) => droppedPrefixes.some((prefix) => key.startsWith(prefix)))
    : [];
  const segment = Number(properties['log.segment.bytes'] ?? Infinity);
  const fetchers = Number(properties['num.replica.fetchers'] ?? 1);
  return [
    ...found,
    ...old.map((key) => `${key} is gone since Kafka 4.0.0: take it out`),
    ...(crossed('4.0.0') && segment < 1_048_576
      ? [`log.segment.bytes is ${segment}, and Kafka takes 1048576 or more since 4.0.0: raise it`]
      : []),
    ...(crossed('4.2.0') && fetchers < 1
      ? [`num.replica.fetchers is ${fetchers}, and Kafka takes 1 or more since 4.2.0: raise it`]
      : []),
  ];
};
