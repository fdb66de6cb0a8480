/** How far the copies of a batch are, and what to say of it. Pure, but for what was seen the last times. */
import { bytes, duration } from '../table.ts';
import { brokersText, count, few } from '../cluster/words.ts';

export type Copy = {
  /** `orders-3 to 4`. */
  readonly name: string;
  readonly wantedBytes: number;
  readonly copiedBytes: number;
};

export type Seen = {
  readonly moves: number;
  readonly done: number;
  /** Of all moves, those that are done included. */
  readonly wantedBytes: number;
  readonly copiedBytes: number;
  /** Those under way. */
  readonly copies: readonly Copy[];
  /** Brokers that are given copies, and are not in the cluster. */
  readonly away: readonly number[];
  readonly leftOut: readonly string[];
  /** Bytes a second; absent: none is set. */
  readonly throttle?: number;
};

type Moment = { readonly atMs: number; readonly copied: number; readonly left: number };

/** Rates are those of the last half minute. */
const windowMs = 30_000;

/** So long nothing may be gained before that is told. */
const stuckMs = 20_000;

/** What was seen of one batch, for rates. */
export class Progress {
  #moments: readonly Moment[] = [];

  add(atMs: number, { copiedBytes, wantedBytes }: Pick<Seen, 'copiedBytes' | 'wantedBytes'>): void {
    const now = { atMs, copied: copiedBytes, left: wantedBytes - copiedBytes };
    this.#moments = [...this.#moments.filter((each) => atMs - each.atMs <= windowMs), now];
  }

  /** Bytes a second; undefined: seen too shortly. */
  rate(): number | undefined {
    const [first] = this.#moments;
    const last = this.#moments.at(-1);
    if (first === undefined || last === undefined || last.atMs - first.atMs < 1_000) return undefined;
    return Math.max(0, last.copied - first.copied) / ((last.atMs - first.atMs) / 1000);
  }

  /** What is left does not get less. */
  isStuck(): boolean {
    const [first] = this.#moments;
    const last = this.#moments.at(-1);
    return first !== undefined && last !== undefined && last.atMs - first.atMs >= stuckMs && last.left >= first.left;
  }
}

/** `3 of 12 partitions, 120 MB of 1.2 GB, 10 MB/s, about 2 min left; slowest: orders-3 to 4 (12 %)`. */
export const progressText = (seen: Seen, progress: Pick<Progress, 'rate' | 'isStuck'>): string => {
  const rate = progress.rate();
  const left = seen.wantedBytes - seen.copiedBytes;
  const parts = [
    `${seen.done} of ${count(seen.moves, 'partition')}`,
    `${bytes(seen.copiedBytes)} of ${bytes(seen.wantedBytes)}`,
    ...(rate === undefined ? [] : [`${bytes(rate)}/s`]),
    ...(rate === undefined || rate === 0 || left <= 0 ? [] : [`about ${duration(left / rate)} left`]),
    ...(seen.throttle === undefined ? [] : [`throttled to ${bytes(seen.throttle)}/s`]),
  ];
  const slow = seen.copies
    .toSorted((a, b) => b.wantedBytes - b.copiedBytes - (a.wantedBytes - a.copiedBytes))
    .slice(0, 3)
    .map(({ name, wantedBytes, copiedBytes }) => `${name} (${percent(copiedBytes, wantedBytes)})`);
  return [
    parts.join(', '),
    ...(slow.length === 0 ? [] : [`most left: ${slow.join(', ')}`]),
    ...(seen.away.length === 0 ? [] : [`${brokersText(seen.away)} not in the cluster: their copies wait for them`]),
    ...(seen.leftOut.length === 0 ? [] : [`left out: ${few(seen.leftOut)}`]),
    ...(progress.isStuck() && seen.copies.length > 0 && seen.away.length === 0 ? [stuckText(seen)] : []),
  ].join('; ');
};

const percent = (part: number, whole: number): string =>
  whole === 0 ? '0 %' : `${Math.min(100, Math.floor((part / whole) * 100))} %`;

const stuckText = ({ throttle }: Seen): string =>
  throttle === undefined
    ? 'nothing is gained: look whether the brokers are well'
    : `nothing is gained: as much may be written as the throttle lets through; raise it (rebalance throttle <bytes a second>)`;
