/** Where the scheduler's time comes from: the machine's in production, the simulator's in the simulator. */
export type Clock = {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Call once, at `atMs` or soon after. The returned function takes it back. */
  readonly wake: (atMs: number, call: () => void) => () => void;
};

export const systemClock: Clock = {
  now: () => Date.now(),
  wake: (atMs, call) => {
    const timer = setTimeout(call, Math.max(0, atMs - Date.now()));
    return () => clearTimeout(timer);
  },
};
