/** What a task does from its launch to its end, drawn from the seed. */
import type { VirtualClock } from '../clock.ts';
import type { Faults } from '../fault.ts';
import type { Random } from '../random.ts';
import type { Programs } from './programs.ts';
import type { SimTask } from './task.ts';
import { isLive, programOf } from './task.ts';

export type LifeOptions = {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly faults: () => Faults;
  /** The task has changed. */
  readonly changed: (task: SimTask) => void;
  readonly programs?: Programs;
};

const CRASH_MAX_MS = 600_000;

export class Life {
  readonly #options: LifeOptions;
  /** What tasks that hang would do if they did not. */
  readonly #hung = new Map<SimTask, () => void>();

  constructor(options: LifeOptions) {
    this.#options = options;
  }

  begin(task: SimTask): void {
    const { random, faults } = this.#options;
    this.#next(task, random.between(50, 1_500), () => {
      if (random.chance(faults().taskFails)) {
        this.end(task, 'FAILED', { message: 'its artifacts could not be fetched' });
        return;
      }
      if (programOf(task) === 'crash') {
        this.end(task, 'FAILED', { exit: { code: 78 }, message: 'the configuration is wrong' });
        return;
      }
      task.state = 'RUNNING';
      this.#options.changed(task);
      if (this.#options.programs !== undefined) this.#model(task, this.#options.programs);
      else if (programOf(task) === 'serve') this.#serve(task);
      else this.#work(task);
    });
  }

  /** Asked to end: politely, then by force. */
  kill(task: SimTask, graceMs: number): void {
    const { clock, random, faults } = this.#options;
    if (!isLive(task) || task.killed) return;
    task.killed = true;
    this.#hung.delete(task);
    task.cancelNext();
    if (this.#options.programs !== undefined) {
      task.cancelNext = clock.wake(clock.now() + graceMs, () =>
        this.end(task, 'KILLED', { exit: { signal: 'SIGKILL' } }),
      );
      this.#options.programs.stop(task, () => this.end(task, 'KILLED', { exit: { code: 143 } }));
      return;
    }
    const delayMs = random.chance(faults().stubborn) ? graceMs : random.between(0, Math.min(graceMs, 2_000));
    task.cancelNext = clock.wake(clock.now() + delayMs, () =>
      this.end(task, 'KILLED', delayMs === graceMs ? { exit: { signal: 'SIGKILL' } } : { exit: { code: 143 } }),
    );
  }

  end(task: SimTask, state: SimTask['state'], how: { message?: string; exit?: NonNullable<SimTask['exit']> }): void {
    if (!isLive(task)) return;
    task.cancelNext();
    this.#hung.delete(task);
    task.state = state;
    task.ready = false;
    task.caughtUpMs = undefined;
    task.message = how.message;
    task.exit = how.exit;
    this.#options.programs?.ended(task);
    this.#options.changed(task);
  }

  /** Nothing hangs any more. */
  heal(): void {
    for (const [task, go] of this.#hung) this.#later(task, 100, go);
    this.#hung.clear();
  }

  #serve(task: SimTask): void {
    const { clock, random, faults } = this.#options;
    const ready = (): void => {
      task.ready = true;
      task.readyMs = clock.now();
      this.#options.changed(task);
      this.#next(task, random.between(100, 8_000), () => {
        task.caughtUpMs = clock.now();
      });
      if (!random.chance(faults().taskCrashes)) return;
      clock.wake(clock.now() + random.between(0, CRASH_MAX_MS), () => {
        if (faults().taskCrashes > 0 && task.state === 'RUNNING') {
          this.end(task, 'FAILED', {
            exit: random.chance(0.5) ? { code: 1 } : { signal: 'SIGKILL', outOfMemory: true },
          });
        }
      });
    };
    if (task.launch.readiness === undefined) ready();
    else this.#next(task, random.between(100, 5_000), ready);
  }

  #model(task: SimTask, programs: Programs): void {
    programs.begin(task, {
      ready: () => {
        if (task.state !== 'RUNNING' || task.ready) return;
        task.ready = true;
        task.readyMs = this.#options.clock.now();
        this.#options.changed(task);
      },
      exit: (exit, message) => this.end(task, 'FAILED', { exit, message }),
    });
  }

  #work(task: SimTask): void {
    const { random, faults } = this.#options;
    this.#next(task, random.between(100, 5_000), () => {
      if (random.chance(faults().taskFails)) this.end(task, 'FAILED', { exit: { code: 2 } });
      else this.end(task, 'FINISHED', { exit: { code: 0 } });
    });
  }

  #next(task: SimTask, delayMs: number, go: () => void): void {
    const { random, faults } = this.#options;
    if (random.chance(faults().taskHangs)) this.#hung.set(task, go);
    else this.#later(task, delayMs, go);
  }

  #later(task: SimTask, delayMs: number, go: () => void): void {
    const { clock } = this.#options;
    task.cancelNext = clock.wake(clock.now() + delayMs, go);
  }
}
