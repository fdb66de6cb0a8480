/** How far moves between the log dirs of one broker have come. Pure. */
import type { LogDir, LogReplica } from '../client/api/describe-log-dirs.ts';
import { count, few } from '../cluster/words.ts';
import { bytes } from '../table.ts';
import { failedDirs } from './disks.ts';

export type WantedMove = { readonly topic: string; readonly partition: number; readonly to: string };

export type Standing = {
  readonly done: readonly WantedMove[];
  /** Being copied: what there is, and what is there already. */
  readonly coming: readonly ComingMove[];
  /** Neither there nor on their way. */
  readonly away: readonly WantedMove[];
  /** The broker has no such replica (any more). */
  readonly gone: readonly WantedMove[];
  /** Nobody can tell, or nothing can come there: a log dir has failed. */
  readonly lost: readonly WantedMove[];
};

type ComingMove = WantedMove & { readonly from: string; readonly whole: LogReplica; readonly copy: LogReplica };

type Place = LogReplica & { readonly path: string };

export const standingOf = (dirs: readonly LogDir[], moves: readonly WantedMove[]): Standing => {
  const failed = new Set(failedDirs({ dirs }).map(({ path }) => path));
  const all = dirs.flatMap(({ path, replicas }) => replicas.map((replica): Place => ({ ...replica, path })));
  const byName = (future: boolean): ReadonlyMap<string, Place> =>
    new Map(all.filter((each) => each.future === future).map((each) => [moveName(each), each]));
  const [wholes, copies] = [byName(false), byName(true)];
  const isDone = (move: WantedMove): boolean => wholes.get(moveName(move))?.path === move.to;
  const isThere = (move: WantedMove): boolean => wholes.has(moveName(move));
  const isLost = (move: WantedMove): boolean => failed.has(move.to) || (!isThere(move) && failed.size > 0);
  const left = moves.filter((move) => !isDone(move));
  const movable = left.filter((move) => !isLost(move) && isThere(move));
  const coming = movable.flatMap((move): readonly ComingMove[] => {
    const [whole, copy] = [wholes.get(moveName(move)), copies.get(moveName(move))];
    return whole === undefined || copy?.path !== move.to ? [] : [{ ...move, from: whole.path, whole, copy }];
  });
  return {
    done: moves.filter(isDone),
    coming,
    away: movable.filter((move) => copies.get(moveName(move))?.path !== move.to),
    gone: left.filter((move) => !isLost(move) && !isThere(move)),
    lost: left.filter(isLost),
  };
};

export const moveName = ({ topic, partition }: Pick<WantedMove, 'topic' | 'partition'>): string =>
  `${topic}-${partition}`;

/** `2 of 5 moved; on their way: orders-0 (1.2 GiB of 2.0 GiB, 400 records to go)`. */
export const progressText = ({ done, gone, coming, away }: Standing): string => {
  const all = done.length + gone.length + coming.length + away.length;
  const parts = [`${done.length} of ${count(all, 'replica')} moved`];
  const names = coming.map((move) => {
    const [have, whole] = [move.copy.sizeBytes, move.whole.sizeBytes].map((each) => bytes(String(each)));
    return `${moveName(move)} (${have} of ${whole}, ${move.copy.lag} records to go)`;
  });
  if (names.length > 0) parts.push(`on their way: ${few(names)}`);
  if (gone.length > 0) parts.push(`no longer on this broker: ${few(gone.map(moveName))}`);
  return parts.join('; ');
};
