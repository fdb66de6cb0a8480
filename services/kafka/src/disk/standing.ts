/** How far moves between the log dirs of one broker have come. Pure. */
import type { LogDir, LogReplica } from '../client/api/describe-log-dirs.ts';
import { ErrorCode } from '../client/error.ts';
import { count, few } from '../cluster/words.ts';
import { bytes } from '../table.ts';

export type WantedMove = { readonly topic: string; readonly partition: number; readonly to: string };

export type Standing = {
  readonly done: readonly WantedMove[];
  /** Being copied, with what is there and what is to come. */
  readonly coming: readonly (WantedMove & {
    readonly from: string;
    readonly now: LogReplica;
    readonly then: LogReplica;
  })[];
  /** Neither there nor on their way. */
  readonly away: readonly WantedMove[];
  /** The broker has no such replica (any more). */
  readonly gone: readonly WantedMove[];
  /** Nobody can tell, or nothing can come there: a log dir has failed. */
  readonly lost: readonly WantedMove[];
};

export const standingOf = (dirs: readonly LogDir[], moves: readonly WantedMove[]): Standing => {
  const failed = new Set(dirs.filter(({ errorCode }) => errorCode === ErrorCode.storage).map(({ path }) => path));
  const places = new Map<string, { now?: LogReplica & { path: string }; then?: LogReplica & { path: string } }>();
  for (const { path, replicas } of dirs)
    for (const replica of replicas) {
      const name = `${replica.topic}-${replica.partition}`;
      places.set(name, { ...places.get(name), [replica.future ? 'then' : 'now']: { ...replica, path } });
    }
  const standing = { done: [], coming: [], away: [], gone: [], lost: [] } as {
    [Part in keyof Standing]: Standing[Part][number][];
  };
  for (const move of moves) {
    const { now, then } = places.get(`${move.topic}-${move.partition}`) ?? {};
    if (now?.path === move.to) standing.done.push(move);
    else if (failed.has(move.to)) standing.lost.push(move);
    else if (now === undefined) standing[failed.size > 0 ? 'lost' : 'gone'].push(move);
    else if (then?.path === move.to) standing.coming.push({ ...move, from: now.path, now, then });
    else standing.away.push(move);
  }
  return standing;
};

export const moveName = ({ topic, partition }: Pick<WantedMove, 'topic' | 'partition'>): string =>
  `${topic}-${partition}`;

/** `2 of 5 moved; on their way: orders-0 (1.2 GiB of 2.0 GiB, 400 records to go)`. */
export const progressText = ({ done, gone, coming, away }: Standing): string => {
  const all = done.length + gone.length + coming.length + away.length;
  const parts = [`${done.length} of ${count(all, 'replica')} moved`];
  const names = coming.map((move) => {
    const [have, whole] = [move.then.sizeBytes, move.now.sizeBytes].map((each) => bytes(String(each)));
    return `${moveName(move)} (${have} of ${whole}, ${move.then.lag} records to go)`;
  });
  if (names.length > 0) parts.push(`on their way: ${few(names)}`);
  if (gone.length > 0) parts.push(`no longer on this broker: ${few(gone.map(moveName))}`);
  return parts.join('; ');
};
