/** What the checks of one running task say of it: ready, healthy, or that it must end. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Jail } from '../jail/jail.ts';
import type { Log } from '../log.ts';
import { runCheck } from './check.ts';
import type { CheckResult } from './check.ts';
import { files, readLine, writtenMs } from './place.ts';
import type { TaskPlace } from './place.ts';

export type ChecksOptions = {
  readonly place: TaskPlace;
  readonly jail: Jail;
  readonly log: Log;
  /** Ends the checks. */
  readonly signal: AbortSignal;
  /** Something is another way now. */
  readonly changed: () => void;
  /** For people; may come often. */
  readonly tell: (message: string) => void;
  /** The task failed its health check too often. */
  readonly fail: (message: string) => void;
};

export class Checks {
  readonly #options: ChecksOptions;
  #ready: boolean;
  #healthy: boolean | undefined;
  #message: string | undefined;
  #failures = 0;

  constructor(options: ChecksOptions) {
    this.#options = options;
    const { place } = options;
    // What one engine has found the next one goes on with.
    const health = readLine(place, files.health);
    this.#healthy = health === undefined ? undefined : health === 'healthy';
    this.#ready = place.record.task.readiness === undefined || writtenMs(place, files.ready) !== undefined;
  }

  get ready(): boolean {
    return this.#ready;
  }

  get healthy(): boolean | undefined {
    return this.#healthy;
  }

  /** Why it is not healthy. */
  get message(): string | undefined {
    return this.#message;
  }

  begin(): void {
    const { place, jail, log, signal } = this.#options;
    const { readiness, health } = place.record.task;
    const run = (cmd: string, timeoutMs: number) => jail.run(place, ['/bin/sh', '-c', cmd], { timeoutMs });
    const report = (error: unknown) => log.error({ task: place.id, err: error }, 'a check could not run');
    if (readiness !== undefined && !this.#ready) {
      const result = (each: CheckResult) => this.#becomeReady(each);
      runCheck({ check: readiness, run, signal, result }).catch(report);
    }
    if (health !== undefined) {
      const result = (each: CheckResult) => this.#judge(each);
      runCheck({ check: health, run, signal, result }).catch(report);
    }
  }

  #becomeReady({ passed, message }: CheckResult): boolean {
    if (!passed) {
      this.#options.tell(`not ready: ${message}`);
      return false;
    }
    writeFileSync(join(this.#options.place.directory, files.ready), '');
    this.#ready = true;
    this.#options.changed();
    return true;
  }

  /** One result of the health check. True: it was the last one. */
  #judge({ passed, message }: CheckResult): boolean {
    const { place, changed, fail } = this.#options;
    const health = place.record.task.health;
    if (health === undefined) return true;
    const now = Date.now();
    // The grace time is for the start; a task that was healthy once has started.
    const starting = this.#healthy === undefined && now - (writtenMs(place, files.init) ?? now) < health.graceMs;
    if (!passed && starting) return false;
    const was = this.#healthy;
    this.#healthy = passed;
    this.#failures = passed ? 0 : this.#failures + 1;
    this.#message = passed ? undefined : `unhealthy: ${message}`;
    if (this.#failures >= health.failuresMax) {
      fail(`health check failed ${this.#failures} times: ${message}`);
      return true;
    }
    if (was === passed) return false;
    writeFileSync(join(place.directory, files.health), passed ? 'healthy' : 'unhealthy');
    changed();
    return false;
  }
}
