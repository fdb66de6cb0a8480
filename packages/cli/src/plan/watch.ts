/** A run as it goes on: a view of it after every change, told by the event stream, by polling where that fails. */
import type { Api } from '../api/client.ts';
import type { RunView } from '../api/answers.ts';
import { CliError } from '../exit.ts';

export type WatchTimes = {
  /** Between two looks while events arrive, in case one was lost. */
  readonly quietMs: number;
  /** Between two looks while no events arrive. */
  readonly pollMs: number;
  /** At least this long between two looks, however many events arrive. */
  readonly gapMs: number;
  /** How long the server may be away (it may be restarted) before it is given up. */
  readonly awayMs: number;
};

const defaultTimes: WatchTimes = { quietMs: 5000, pollMs: 1000, gapMs: 100, awayMs: 30_000 };

export type Watched = {
  /** The path of the run's view. */
  readonly run: string;
  /** The path of the service's event stream. */
  readonly events: string;
  /** The server went away, or is back. */
  readonly onAway?: (away: boolean) => void;
};

/** Ends with the run, or when the signal is aborted. */
export async function* watchRun(
  api: Api,
  watched: Watched,
  signal: AbortSignal,
  times: WatchTimes = defaultTimes,
): AsyncIterable<RunView> {
  const bell = createBell();
  const stop = new AbortController();
  const ended = AbortSignal.any([signal, stop.signal]);
  ended.addEventListener('abort', bell.ring, { once: true });
  void listen(api, watched.events, bell, ended, times);
  try {
    while (!signal.aborted) {
      const run = await look(api, watched, signal, times);
      if (run !== undefined) yield run;
      if (run === undefined || isOver(run)) return;
      await bell.next(bell.connected ? times.quietMs : times.pollMs);
      await pause(times.gapMs, signal);
    }
  } finally {
    stop.abort();
  }
}

/** Nothing more will happen by itself. */
function isOver(run: RunView): boolean {
  return (
    run.endedMs !== undefined || ['COMPLETE', 'CANCELLED', 'SUPERSEDED', 'ROLLED_BACK', 'ERROR'].includes(run.status)
  );
}

/** The view; patient while the server is away. Undefined when the signal was aborted meanwhile. */
async function look(api: Api, watched: Watched, signal: AbortSignal, times: WatchTimes): Promise<RunView | undefined> {
  const giveUpMs = Date.now() + times.awayMs;
  for (let tries = 0; ; tries++) {
    if (signal.aborted) return undefined;
    try {
      const run = await api.get<RunView>(watched.run);
      if (tries > 0) watched.onAway?.(false);
      return run;
    } catch (error) {
      const away =
        error instanceof CliError && (error.code === 'server-not-running' || error.code === 'server-unreachable');
      if (!away || Date.now() > giveUpMs) throw error;
      if (tries === 0) watched.onAway?.(true);
      await pause(times.pollMs, signal);
    }
  }
}

type Bell = {
  connected: boolean;
  readonly ring: () => void;
  /** Resolves at the next ring, at once when it rang since the last time, or after `ms`. */
  readonly next: (ms: number) => Promise<void>;
};

function createBell(): Bell {
  let rang = false;
  let wake: (() => void) | undefined;
  return {
    connected: false,
    ring: () => {
      rang = true;
      wake?.();
    },
    next: async (ms) => {
      if (!rang) {
        const { promise, resolve } = Promise.withResolvers<void>();
        const timer = setTimeout(resolve, ms);
        wake = resolve;
        await promise;
        clearTimeout(timer);
        wake = undefined;
      }
      rang = false;
    },
  };
}

async function listen(api: Api, path: string, bell: Bell, signal: AbortSignal, times: WatchTimes): Promise<void> {
  while (!signal.aborted) {
    try {
      for await (const event of api.events(path, signal)) {
        bell.connected = true;
        if (event.data !== '') bell.ring();
      }
    } catch {
      // The polling goes on; the stream is tried again.
    }
    bell.connected = false;
    await pause(times.pollMs, signal);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) return Promise.resolve();
  const done = (): void => {
    clearTimeout(timer);
    signal.removeEventListener('abort', done);
    resolve();
  };
  const timer = setTimeout(done, ms);
  signal.addEventListener('abort', done, { once: true });
  return promise;
}
