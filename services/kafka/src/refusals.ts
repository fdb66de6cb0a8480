/** What may not change while the cluster lives. */
import type { ConfigView, PackageCode } from '@warder/sdk';
import { readOptions } from './options.ts';

export const refusals: NonNullable<PackageCode['refusals']> = ({ from, to }) => [
  ...quorumChanged(from, to),
  ...versionLowered(from, to),
];

/** The voters are written into every node's configuration and into the metadata log: they are the same for ever. */
const quorumChanged = (from: ConfigView, to: ConfigView): readonly string[] => {
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
