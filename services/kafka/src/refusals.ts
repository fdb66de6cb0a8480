/** What may not change while the cluster lives. */
import type { ConfigDifference, ConfigView, PackageCode } from '@warder/sdk';
import { patient, withClient } from './client/client.ts';
import { hasQuorum, usesZooKeeper } from './metadata.ts';
import { migrationRefusals } from './migrate/refusals.ts';
import { readOptions } from './options.ts';
import { readLevels } from './upgrade/levels.ts';
import { compareVersions, hopProblems } from './upgrade/release.ts';
import { protocolRefusals } from './upgrade/zookeeper/refusals.ts';

export const refusals: NonNullable<PackageCode['refusals']> = async (change) => [
  ...migrationRefusals(change.from, change.to),
  ...quorumChanged(change.from, change.to),
  ...disksChanged(change.from, change.to),
  ...(await versionLowered(change)),
];

/** The voters are written into every node's configuration and into the metadata log: they are the same for ever. */
const quorumChanged = (from: ConfigView, to: ConfigView): readonly string[] => {
  const [old, fresh] = [readOptions(from.options), readOptions(to.options)];
  if (!hasQuorum(old) || !hasQuorum(fresh)) return [];
  const [before, after] = [old.controllers, fresh.controllers];
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

/** What is reserved for a broker stays as it was made, also when the broker is replaced. */
const disksChanged = (from: ConfigView, to: ConfigView): readonly string[] => {
  const [before, after] = [readOptions(from.options).brokers.disks, readOptions(to.options).brokers.disks];
  if (before === after) return [];
  const why = 'the volumes of a broker are made with it, and every broker has as many';
  return [`brokers.disks cannot change (${before} -> ${after}): ${why}; install another cluster and move`];
};

/** An older Kafka reads what a newer one wrote only while what the newer one brought is not final. */
const versionLowered = async (change: ConfigDifference): Promise<readonly string[]> => {
  const { from, to, service, signal } = change;
  if (usesZooKeeper(from)) return usesZooKeeper(to) ? protocolRefusals(change) : [];
  if (compareVersions(to.version, from.version) >= 0) return [];
  const levels = await withClient(patient, (client) => readLevels(client, service, signal));
  if (levels.nodes.length === 0) {
    const silent = levels.silent.join(', ') || 'nothing was started';
    return [
      `nobody tells whether Kafka ${to.version} could read what ${from.version} wrote (${silent}): bring the cluster up first`,
    ];
  }
  return hopProblems({ from: from.version, to: to.version }, levels.finalised);
};
