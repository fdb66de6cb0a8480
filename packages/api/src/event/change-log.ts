import type { Change } from '@warder/store';

/** One committed change of one service, as it is told to those who watch. */
export type ChangeEvent = {
  readonly sequence: number;
  readonly service: string;
  /** Below the service's own folder in the store: `run/run-3`. */
  readonly path: string;
  /** Absent: the record was deleted. */
  readonly value?: unknown;
};

/**
 * The last changes of all services, in order. Whoever watches holds a position in it and no queue of its own, so a
 * slow one costs nothing: it falls behind the end of the log, is told so, and starts anew.
 */
export type ChangeLog = {
  /** Differs for each start of the server: positions of another one mean nothing here. */
  readonly epoch: string;
  append(service: string, changes: readonly Change[]): void;
  /** The position after the newest change. */
  end(): number;
  /** Those from a position on, at most `max`; undefined when some of them are not kept any more. */
  read(from: number, max: number): readonly ChangeEvent[] | undefined;
  /** Resolves when there is something at the position, or the signal aborts. */
  wait(position: number, signal: AbortSignal): Promise<void>;
};

export function createChangeLog(epoch: string, capacity = 2000): ChangeLog {
  const kept: ChangeEvent[] = [];
  /** The sequence of `kept[0]`; the array is cut back only when it is twice as long as it may be. */
  let first = 0;
  const waiting = new Set<() => void>();

  const end = (): number => first + kept.length;
  const begin = (): number => Math.max(first, end() - capacity);

  return {
    epoch,
    append(service, changes) {
      for (const { path, value } of changes) kept.push({ sequence: end(), service, path, value });
      if (kept.length > 2 * capacity) {
        const cut = kept.length - capacity;
        kept.splice(0, cut);
        first += cut;
      }
      const woken = [...waiting];
      waiting.clear();
      for (const wake of woken) wake();
    },
    end,
    read(from, max) {
      if (from < begin() || from > end()) return undefined;
      return kept.slice(from - first, from - first + max);
    },
    async wait(position, signal) {
      while (position >= end() && !signal.aborted) {
        const { promise, resolve } = Promise.withResolvers<void>();
        waiting.add(resolve);
        signal.addEventListener('abort', () => resolve(), { once: true });
        await promise;
        waiting.delete(resolve);
      }
    },
  };
}
