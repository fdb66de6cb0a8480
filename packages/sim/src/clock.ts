import type { Clock } from '@warder/scheduler';

type Timer = { readonly atMs: number; readonly order: number; readonly call: () => void };

/** Time that goes on only when somebody fires the next timer. Timers of one moment fire in the order they were set. */
export class VirtualClock implements Clock {
  #nowMs: number;
  #order = 0;
  /** Latest first, so that the next one is taken from the end. */
  readonly #timers: Timer[] = [];

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  now = (): number => this.#nowMs;

  wake = (atMs: number, call: () => void): (() => void) => {
    this.#order += 1;
    const timer = { atMs: Math.max(atMs, this.#nowMs), order: this.#order, call };
    let low = 0;
    let high = this.#timers.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.#timers[middle];
      if (other !== undefined && other.atMs > timer.atMs) low = middle + 1;
      else high = middle;
    }
    this.#timers.splice(low, 0, timer);
    return () => {
      const at = this.#timers.indexOf(timer);
      if (at !== -1) this.#timers.splice(at, 1);
    };
  };

  sleep = (delayMs: number): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.wake(this.#nowMs + delayMs, resolve);
    return promise;
  };

  /** When the next timer is due. */
  nextMs(): number | undefined {
    return this.#timers.at(-1)?.atMs;
  }

  /** Go on to the next timer and fire it. False when there is none. */
  fire(): boolean {
    const timer = this.#timers.pop();
    if (timer === undefined) return false;
    this.#nowMs = timer.atMs;
    timer.call();
    return true;
  }
}

/** Everything that promises have to do now is done when this resolves: they never wait for anything but the clock. */
export async function settled(): Promise<void> {
  await Promise.resolve();
  // Asked for from within a promise's turn, a tick comes when no promise has anything left to do.
  await new Promise<void>((resolve) => {
    process.nextTick(resolve);
  });
}
