/** Which replicas a wish moves on each broker, given what is on its log dirs. Pure. */
import type { LogDir } from '../client/api/describe-log-dirs.ts';
import { bytesIn, failedDirs, volumeOf, type BrokerDisks } from './disks.ts';
import { even, type DirMove, type EvenDir } from './even.ts';
import type { DiskWish } from './wish.ts';

export type BrokerMoves = {
  readonly broker: number;
  /** In the order of their names, which stays when sizes change. */
  readonly moves: readonly DirMove[];
  /** How far its dirs are from their shares, before and after; of one replica that is told to move nothing is said. */
  readonly spread?: { readonly before: number; readonly after: number; readonly bound: number };
};

/** So much of a file system is left free. */
const reserve = 0.1;

/** What may be added to a log dir. */
const roomOf = ({ totalBytes, usableBytes, cordoned }: LogDir): number => {
  if (cordoned) return 0;
  if (usableBytes < 0n) return Infinity;
  return Math.max(0, Number(usableBytes) - Number(totalBytes) * reserve);
};

/** Log dirs that serve. */
const working = (disks: BrokerDisks): readonly LogDir[] => {
  const failed = failedDirs(disks);
  return disks.dirs.filter((dir) => !failed.includes(dir));
};

/** What is on its way belongs to where it goes. */
const evenDirs = (dirs: readonly LogDir[]): readonly EvenDir[] => {
  const coming = new Set(
    dirs.flatMap(({ replicas }) =>
      replicas.filter(({ future }) => future).map(({ topic, partition }) => `${topic}-${partition}`),
    ),
  );
  return dirs.map((dir) => ({
    path: dir.path,
    ...(dir.totalBytes > 0n ? { capacityBytes: Number(dir.totalBytes) } : {}),
    roomBytes: roomOf(dir),
    replicas: dir.replicas
      .filter(({ topic, partition, future }) => future || !coming.has(`${topic}-${partition}`))
      .map(({ topic, partition, sizeBytes, future }) => ({
        topic,
        partition,
        bytes: Number(sizeBytes),
        ...(future ? { pinned: true } : {}),
      })),
  }));
};

export const evenMoves = (disks: BrokerDisks): BrokerMoves => {
  const { moves, before, after, bound } = even(evenDirs(working(disks)));
  return { broker: disks.id, moves: moves.toSorted(byName), spread: { before, after, bound } };
};

const byName = (a: DirMove, b: DirMove): number =>
  a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1;

/** How far the log dir furthest from its share is from it. */
export const spreadOf = (disks: BrokerDisks): number => even(evenDirs(working(disks))).before;

/** The one move, or why it cannot be. */
export const oneMove = (disks: BrokerDisks, wanted: NonNullable<DiskWish['replica']>): DirMove | string => {
  const { id, dirs } = disks;
  const { topic, partition } = wanted;
  const name = `${topic}-${partition}`;
  const from = dirs.find(({ replicas }) =>
    replicas.some((each) => each.topic === topic && each.partition === partition && !each.future),
  );
  const to = dirs.find(({ path }) => path === wanted.to) ?? dirs.find(({ path }) => volumeOf(path) === wanted.to);
  if (to === undefined) {
    const known = dirs.map(({ path }) => volumeOf(path)).join(', ');
    return `broker ${id} has no log dir ${wanted.to}, it has ${known}`;
  }
  if (failedDirs(disks).includes(to)) return `the log dir ${wanted.to} of broker ${id} has failed`;
  if (from === undefined) return `broker ${id} has no replica of ${name}, or it is on a log dir that has failed`;
  if (from === to) return `${name} is on ${volumeOf(to.path)} of broker ${id} already`;
  const bytes = Number(
    bytesIn({ replicas: from.replicas.filter((each) => each.topic === topic && each.partition === partition) }),
  );
  if (bytes > roomOf(to))
    return to.cordoned
      ? `${volumeOf(to.path)} of broker ${id} is cordoned`
      : `${name} does not fit on ${volumeOf(to.path)} of broker ${id}`;
  return { topic, partition, from: from.path, to: to.path, bytes };
};
