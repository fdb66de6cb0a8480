/** What befalls processes of Kafka besides what befalls tasks: they hang, fetch nothing, or crash. */
import type { Random } from '@warder/sim/kit';
import type { Kafka } from './kafka.ts';
import type { Server } from './server.ts';

/** Chances from 0 to 1: of a start that it crashes later, of a turn that a process begins to hang, or to be slow. */
export type Illness = { readonly crashes: number; readonly hangs: number; readonly slow: number };

export const healthy: Illness = { crashes: 0, hangs: 0, slow: 0 };

export const drawIllness = (random: Random): Illness => ({
  crashes: random.chance(0.3) ? random.next() * 0.5 : 0,
  hangs: random.chance(0.3) ? random.next() * 0.01 : 0,
  slow: random.chance(0.2) ? random.next() * 0.01 : 0,
});

const CRASH_MAX_MS = 600_000;
const HANG_MAX_MS = 120_000;

export class Ill {
  readonly #kafka: Kafka;
  readonly #random: Random;
  /** When they are well again. */
  readonly #untilMs = new Map<Server, number>();

  constructor(kafka: Kafka, random: Random) {
    this.#kafka = kafka;
    this.#random = random;
  }

  draw(server: Server): void {
    const { clock, illness } = this.#kafka.options;
    if (!this.#random.chance(illness().crashes)) return;
    clock.wake(clock.now() + this.#random.between(0, CRASH_MAX_MS), () => {
      if (illness().crashes > 0 && server.phase !== 'gone')
        server.process.exit({ signal: 'SIGKILL', outOfMemory: true }, 'killed');
    });
  }

  turn(): void {
    const { clock, illness, trace } = this.#kafka.options;
    const nowMs = clock.now();
    const { hangs, slow } = illness();
    for (const server of this.#kafka.servers.values()) {
      const untilMs = this.#untilMs.get(server);
      const isWell = this.#kafka.isWell(server) && !server.slow;
      server.badMs = isWell ? undefined : (server.badMs ?? nowMs);
      if (untilMs !== undefined && (nowMs > untilMs || (hangs === 0 && slow === 0))) this.#heal(server);
      if (untilMs !== undefined || (hangs === 0 && slow === 0) || server.phase === 'booting') continue;
      if (this.#random.chance(hangs)) server.hung = true;
      else if (this.#random.chance(slow)) server.slow = true;
      else continue;
      server.badMs = nowMs;
      trace(`kafka ${server.id} ${server.hung ? 'hangs' : 'is slow'}`);
      this.#untilMs.set(server, nowMs + this.#random.between(1_000, HANG_MAX_MS));
    }
  }

  forget(server: Server): void {
    this.#untilMs.delete(server);
  }

  #heal(server: Server): void {
    server.hung = false;
    server.slow = false;
    this.#untilMs.delete(server);
    this.#kafka.options.trace(`kafka ${server.id} is well again`);
    // It was told to end meanwhile.
    if (server.leave !== undefined && !server.launched.isBroker) server.leave();
  }
}
