/** What may not change while the cluster lives. */
import type { ConfigView, PackageCode } from '@warder/sdk';
import { chrootOf } from './metadata.ts';
import { readOptions } from './options.ts';

export const refusals: NonNullable<PackageCode['refusals']> = ({ from, to }) => [
  ...metadataMoved(from, to),
  ...quorumChanged(from, to),
  ...versionLowered(from, to),
];

/** The brokers would not find what they know of each other and of their topics. */
const metadataMoved = (from: ConfigView, to: ConfigView): readonly string[] => {
  const [before, after] = [readOptions(from.options), readOptions(to.options)];
  if (before.metadata !== after.metadata)
    return [`kafka.metadata cannot change (${before.metadata} -> ${after.metadata}): install another cluster and move`];
  const [old, fresh] = [chrootOf(from.spec.name, before), chrootOf(to.spec.name, after)];
  if (after.metadata === 'kraft' || old === fresh) return [];
  return [`zookeeper.chroot cannot change (${old} -> ${fresh}): the metadata of the cluster is there`];
};

/** The voters are written into every node's configuration and into the metadata log: they are the same for ever. */
const quorumChanged = (from: ConfigView, to: ConfigView): readonly string[] => {
  if (readOptions(to.options).metadata === 'zookeeper') return [];
  const [before, after] = [readOptions(from.options).controllers, readOptions(to.options).controllers];
  return [
    ...(before.combined === after.combined
      ? []
      : [
          `controllers.combined cannot change (${before.combined} -> ${after.combined}): install another cluster and move`,
        ]),
    ...(before.count === after.count
      ? []
      : [
          `controllers.count cannot change (${before.count} -> ${after.count}): the quorum is made once, at the install`,
        ]),
  ];
};

/** An older Kafka does not read the storage of a newer one. */
const versionLowered = (from: ConfigView, to: ConfigView): readonly string[] => {
  const [before, after] = [from.version, to.version].map((version) => version.split('.').map(Number));
  for (const [at, part] of (before ?? []).entries()) {
    const other = after?.[at] ?? 0;
    if (other > part) return [];
    if (other < part)
      return [`the version cannot go back (${from.version} -> ${to.version}): older storage formats differ`];
  }
  return [];
};
