/** The way from the cluster to the scheduler: late, lossy and repeating, but in order for each reservation. */
import type { EngineEvent } from '@warder/engine';
import type { VirtualClock } from '../clock.ts';
import type { Faults } from '../fault.ts';
import type { Random } from '../random.ts';

const LATENCY_MS = 5;
const LATE_MAX_MS = 20_000;
/** What was lost is told again after this long: the engine waits for acknowledgements. */
const AGAIN_MS = 7_000;

export type ChannelOptions = {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly faults: () => Faults;
};

export class Channel {
  readonly #options: ChannelOptions;
  readonly #lastMs = new Map<string, number>();
  #listener: ((event: EngineEvent) => void) | undefined;

  constructor(options: ChannelOptions) {
    this.#options = options;
  }

  open(listener: (event: EngineEvent) => void): void {
    this.#listener = listener;
    this.#lastMs.clear();
  }

  close(listener: (event: EngineEvent) => void): void {
    if (this.#listener === listener) this.#listener = undefined;
  }

  /** `again` tells how things are by then, if the event was lost on its way; `workMs` is what the cluster needs first. */
  send(key: string, event: EngineEvent, { again, workMs = 0 }: { again?: () => void; workMs?: number } = {}): void {
    const { clock, random, faults } = this.#options;
    const { statusLost, statusLate, statusDoubled } = faults();
    if (event.type === 'status' && again !== undefined && random.chance(statusLost)) {
      clock.wake(clock.now() + AGAIN_MS, again);
      return;
    }
    const lateMs = random.chance(statusLate) ? random.between(0, LATE_MAX_MS) : 0;
    this.#deliver(key, () => event, LATENCY_MS + workMs + lateMs);
    if (event.type === 'status' && random.chance(statusDoubled))
      this.#deliver(key, () => event, random.between(0, 100));
  }

  /** Tell how things are when it is heard, after what was sent with the key before. */
  tell(key: string, event: () => EngineEvent): void {
    this.#deliver(key, event, LATENCY_MS);
  }

  #deliver(key: string, event: () => EngineEvent, delayMs: number): void {
    const { clock } = this.#options;
    const listener = this.#listener;
    const atMs = Math.max(clock.now() + delayMs, this.#lastMs.get(key) ?? 0);
    this.#lastMs.set(key, atMs);
    clock.wake(atMs, () => {
      if (listener !== undefined && this.#listener === listener) listener(event());
    });
  }
}
