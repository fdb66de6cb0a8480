/** What ZooKeeper holds of a migration: `/migration`, which the controllers keep up to date, and who leads. */
import type { ServiceView } from '@warder/sdk';
import { clusterId } from '../cluster-id.ts';
import { chrootOf } from '../metadata.ts';
import { readOptions } from '../options.ts';
import { ownerOf } from '../zookeeper/chroot.ts';
import { withSession, type Session } from '../zookeeper/session.ts';

export type MigrationNodes = {
  /** Of the metadata of the controllers, up to where ZooKeeper has it; absent: there is no migration. Below 1: nothing yet. */
  readonly offset?: number;
  /** The active controller, absent while there is none. */
  readonly controller?: { readonly id: number; readonly isBroker: boolean };
};

/** Rejects when the ensemble does not answer. */
export const inChroot = <T>(
  service: ServiceView,
  signal: AbortSignal,
  work: (session: Session, chroot: string) => Promise<T>,
): Promise<T> => {
  const options = readOptions(service.options);
  return withSession(options.zookeeper.connect, signal, (session) => work(session, chrootOf(service.name, options)));
};

export const readNodes = async (session: Session, chroot: string): Promise<MigrationNodes> => {
  await session.sync('/');
  const [migration, controller] = [
    await session.read(`${chroot}/migration`),
    await session.read(`${chroot}/controller`),
  ];
  return { ...migrationOf(migration), ...controllerOf(controller) };
};

/** What says whose it is goes last: while that is there, so is the chroot. */
export const hasChroot = (service: ServiceView, signal: AbortSignal): Promise<boolean> =>
  inChroot(service, signal, async (session, chroot) => {
    await session.sync('/');
    return (await ownerOf(session, chroot)) === clusterId(service.uid);
  });

const migrationOf = (text: string | undefined): Pick<MigrationNodes, 'offset'> => {
  if (text === undefined) return {};
  const { kraft_metadata_offset: offset } = JSON.parse(text) as { kraft_metadata_offset?: number };
  return { offset: offset ?? -1 };
};

/** Brokers write -1, or nothing, as the epoch of the quorum. */
const controllerOf = (text: string | undefined): Pick<MigrationNodes, 'controller'> => {
  if (text === undefined) return {};
  const { brokerid, kraftControllerEpoch = -1 } = JSON.parse(text) as {
    brokerid: number;
    kraftControllerEpoch?: number;
  };
  return { controller: { id: brokerid, isBroker: kraftControllerEpoch < 0 } };
};

/**
 * So that a broker becomes the controller, and another migration begins anew. Only for when the controllers run no more.
 * What a broker has written is left.
 */
export const forgetMigration = async (session: Session, chroot: string): Promise<readonly string[]> => {
  const { offset, controller } = await readNodes(session, chroot);
  if (controller?.isBroker !== true) await renewStates(session, chroot);
  const nodes = [
    ...(controller?.isBroker === false ? [`${chroot}/controller`] : []),
    ...(offset === undefined ? [] : [`${chroot}/migration`]),
  ];
  for (const node of nodes) await session.delete(node);
  return nodes;
};

/** More than the controllers can have changed a partition unnoticed: two changes at once are seldom, and one write. */
const renewals = 100;

/** How many partitions at a time. */
const batch = 100;

/**
 * A broker listens to what a controller says of a partition only when that is no older than what it knows: the controllers
 * count changes, and a controller that is a broker takes the version of the znode for that count. Where the controllers
 * wrote several changes at once, the version is behind; the leader would go by what it knows, and take nobody in again.
 */
const renewStates = async (session: Session, chroot: string): Promise<void> => {
  const topics = `${chroot}/brokers/topics`;
  const states: string[] = [];
  for (const topic of (await session.children(topics)) ?? []) {
    const partitions = `${topics}/${topic}/partitions`;
    for (const index of (await session.children(partitions)) ?? []) states.push(`${partitions}/${index}/state`);
  }
  for (let at = 0; at < states.length; at += batch)
    await Promise.all(states.slice(at, at + batch).map((state) => session.touch(state, renewals)));
};
