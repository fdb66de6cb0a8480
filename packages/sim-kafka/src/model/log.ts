/**
 * What a replica has of a partition: not the records, but which leader wrote which of them. Two logs have the same record
 * at an offset exactly when the same epoch wrote it.
 */
export class Log {
  /** Ascending; what an epoch wrote ends where the next begins. */
  readonly #epochs: { readonly epoch: number; end: number }[] = [];

  get end(): number {
    return this.#epochs.at(-1)?.end ?? 0;
  }

  append(epoch: number, records: number): void {
    const last = this.#epochs.at(-1);
    if (last?.epoch === epoch) last.end += records;
    else this.#epochs.push({ epoch, end: this.end + records });
  }

  /** How many records, from the first on, are the same in both. */
  common(other: Log): number {
    let same = 0;
    for (const [at, { epoch, end }] of this.#epochs.entries()) {
      const theirs = other.#epochs[at];
      if (theirs?.epoch !== epoch) break;
      same = Math.min(end, theirs.end);
      if (end !== theirs.end) break;
    }
    return same;
  }

  /** Drops what the leader has not, and fetches some of what it lacks. */
  follow(leader: Log, recordsMax: number): void {
    const from = this.common(leader);
    this.#truncate(from);
    let left = recordsMax;
    let begin = 0;
    for (const { epoch, end } of leader.#epochs) {
      const take = Math.min(left, end - Math.max(begin, from));
      if (take > 0) {
        this.append(epoch, take);
        left -= take;
      }
      begin = end;
    }
  }

  isLike(other: Log): boolean {
    return this.end === other.end && this.common(other) === this.end;
  }

  copy(): Log {
    const copy = new Log();
    for (const { epoch, end } of this.#epochs) copy.#epochs.push({ epoch, end });
    return copy;
  }

  #truncate(end: number): void {
    while (this.end > end) {
      const last = this.#epochs.at(-1);
      const before = this.#epochs.at(-2)?.end ?? 0;
      if (last !== undefined && before < end) last.end = end;
      else this.#epochs.pop();
    }
  }
}
