/** One task, from its record on disk to its end. It is told nothing: it looks, and what it finds decides. */
import { watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { TaskStatus } from '@warder/core';
import type { ArtifactCache } from '../artifact/cache.ts';
import { isCode, reasonOf } from '../error.ts';
import type { Home } from '../home.ts';
import { shimState } from '../jail/jail.ts';
import type { Jail } from '../jail/jail.ts';
import { memoryLimitOf } from '../jail/resource.ts';
import { readJson, writeJson } from '../json-file.ts';
import type { Log } from '../log.ts';
import { Checks } from './checks.ts';
import { outcomeOf } from './outcome.ts';
import { files, readExit, readKill, readLine, writtenMs } from './place.ts';
import type { ExitRecord, KillRecord, TaskPlace } from './place.ts';
import type { Secrets } from './secret.ts';
import { stage } from './stage.ts';

export type TaskWorld = {
  readonly home: Home;
  readonly jailOf: (mode: 'jail' | 'process') => Jail;
  readonly secretsOf: (mode: 'jail' | 'process') => Secrets | undefined;
  readonly cache: ArtifactCache;
  readonly boot: string;
  readonly log: Log;
  /** The status of the task is another one now. */
  readonly changed: (task: LocalTask) => void;
};

type Phase = 'staging' | 'starting' | 'running' | 'ended';

/** A check that says something new each second must not flood the listener. */
const chatterMs = 5_000;

export class LocalTask {
  readonly place: TaskPlace;
  readonly #world: TaskWorld;
  readonly #jail: Jail;
  readonly #abort = new AbortController();
  #phase: Phase = 'staging';
  readonly #checks: Checks;
  #message: string | undefined;
  /** What is not as the spec has it, though the task can run. */
  #notice: string | undefined;
  #kill: KillRecord | undefined;
  #begun = false;
  #asked = false;
  #end: TaskStatus | undefined;
  #watcher: FSWatcher | undefined;
  #timer: NodeJS.Timeout | undefined;
  #toldMs = 0;

  constructor(world: TaskWorld, place: TaskPlace) {
    this.#world = world;
    this.place = place;
    this.#jail = world.jailOf(place.record.mode);
    this.#checks = new Checks({
      place,
      jail: this.#jail,
      log: world.log,
      signal: this.#abort.signal,
      changed: () => {
        this.#message = this.#checks.message;
        world.changed(this);
      },
      tell: (message) => this.#tell(message),
      fail: (message) => this.#fail(message),
    });
  }

  get ended(): boolean {
    return this.#phase === 'ended';
  }

  get running(): boolean {
    return this.#phase === 'running';
  }

  /** Whether it was asked to end. */
  get killed(): boolean {
    return this.#kill !== undefined;
  }

  get jail(): Jail {
    return this.#jail;
  }

  status(): TaskStatus {
    if (this.#end !== undefined) return this.#end;
    const { agentId } = this.place.record;
    const running = this.#phase === 'running';
    const { healthy } = this.#checks;
    const ready = running && this.#checks.ready;
    // It is no reason why a task would not be ready, and must not be taken for one.
    const message = this.#message ?? (ready ? this.#notice : undefined);
    return {
      taskId: this.place.id,
      agentId,
      state: running ? 'RUNNING' : 'STAGING',
      ready,
      ...(healthy !== undefined && { healthy }),
      ...(message !== undefined && { message }),
    };
  }

  /** Begin it, or take it up where another engine left it. A second time does nothing. */
  begin(): void {
    if (this.#begun) return;
    this.#begun = true;
    this.#kill = readKill(this.place);
    if (readExit(this.place) !== undefined) {
      this.look();
    } else if (writtenMs(this.place, files.started) !== undefined) {
      this.#phase = 'starting';
      this.#watch();
      this.look();
    } else if (this.#kill !== undefined) {
      this.#finish('KILLED', 'killed before it started');
    } else {
      void this.#stage();
    }
  }

  /** Ask it to end. A second time may only make it sooner. */
  kill(kill: KillRecord): void {
    if (this.ended) return;
    const deadline = (each: KillRecord) => each.atMs + each.graceMs;
    if (this.#kill === undefined || deadline(kill) < deadline(this.#kill) || kill.why === 'gone') {
      this.#kill = { ...kill, why: kill.why === 'gone' ? 'gone' : (this.#kill?.why ?? kill.why) };
      this.#recordKill(this.#kill);
    }
    if (this.#phase === 'staging') this.#abort.abort();
    this.look();
  }

  #recordKill(kill: KillRecord): void {
    try {
      writeJson(join(this.place.directory, files.kill), kill);
    } catch (error) {
      // On a full disk things must still be stoppable; only a new engine would not know of it.
      this.#world.log.error({ task: this.place.id, err: error }, 'a kill could not be recorded');
    }
  }

  /** Look at what is on disk and in the kernel, and go on from there. Cheap; called whenever something may have changed. */
  look(): void {
    if (this.ended) return;
    const exit = readExit(this.place);
    if (exit !== undefined) return this.#close(exit);
    if (this.#phase === 'staging') return;
    if (this.#phase === 'starting' && readLine(this.place, files.init) !== undefined) this.#run();
    this.#pursue();
    this.#mourn();
  }

  /** Stop looking; the task goes on. */
  leave(): void {
    this.#abort.abort();
    this.#watcher?.close();
    clearTimeout(this.#timer);
  }

  async #stage(): Promise<void> {
    const { home, cache } = this.#world;
    const secrets = this.#world.secretsOf(this.place.record.mode);
    try {
      const signal = this.#abort.signal;
      const progress = (message: string) => this.#tell(message);
      const staged = await stage({ home, place: this.place, secrets, jail: this.#jail, cache, signal, progress });
      if (signal.aborted) throw new Error('aborted');
      this.#message = undefined;
      this.#notice = staged.messages.length === 0 ? undefined : staged.messages.join('; ');
      this.#phase = 'starting';
      this.#watch();
      this.#jail.start(this.place, staged.env);
    } catch (error) {
      // Left alone, not killed: the next engine on this home begins it again.
      if (this.#abort.signal.aborted && this.#kill === undefined) return;
      if (this.#kill !== undefined) this.#finish('KILLED', 'killed before it started');
      else this.#finish('ERROR', reasonOf(error));
    }
  }

  #run(): void {
    this.#phase = 'running';
    this.#checks.begin();
    this.#world.changed(this);
  }

  #fail(message: string): void {
    if (this.#kill !== undefined) return;
    const { graceMs } = this.place.record.task;
    this.kill({ why: 'health', atMs: Date.now(), graceMs, message });
  }

  /** Go on with the kill: ask once, force when the time is over. */
  #pursue(): void {
    const kill = this.#kill;
    if (kill === undefined) return;
    const left = kill.atMs + kill.graceMs - Date.now();
    if (left <= 0) {
      this.#jail.signal(this.place, 'SIGKILL');
    } else if (!this.#asked && this.#phase === 'running') {
      this.#asked = true;
      this.#jail.signal(this.place, 'SIGTERM');
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.look(), left > 0 ? left : 100);
  }

  /** A task whose shim is gone has nobody who is told how it ends. */
  #mourn(): void {
    const startedMs = writtenMs(this.place, files.started);
    if (startedMs === undefined || shimState(this.place, this.#world.boot, Date.now(), startedMs).alive) return;
    // The shim may have ended between our two looks, with everything written.
    const exit = readExit(this.place);
    if (exit !== undefined) return this.#close(exit);
    if (this.#jail.alive(this.place)) {
      const message = 'its shim was killed: how it ends will not be known';
      if (this.#message !== message) {
        this.#message = message;
        this.#world.changed(this);
      }
      return;
    }
    const unfinished = join(this.place.directory, 'exit.new');
    if (readJson(unfinished) === undefined) {
      const message = 'its shim was killed, or the machine was restarted: how it ended is not known';
      this.#finish(this.#kill === undefined ? 'LOST' : 'KILLED', message);
    } else {
      renameSync(unfinished, join(this.place.directory, files.exit));
      this.look();
    }
    void this.#jail.clean(this.place);
  }

  /** An end that no shim tells of. */
  #finish(state: 'ERROR' | 'KILLED' | 'LOST', message: string): void {
    if (this.#phase === 'staging' && !this.#claim()) {
      this.#phase = 'starting';
      this.#watch();
      return this.look();
    }
    const exit: ExitRecord = { by: 'engine', state, message, oomKills: this.#jail.oomKills(this.place) };
    try {
      writeJson(join(this.place.directory, files.exit), exit);
    } catch (error) {
      // Without the record it is begun anew by the next engine; this one can still say what happened.
      this.#world.log.error({ task: this.place.id, err: error }, 'the end of a task could not be recorded');
    }
    this.#close(exit);
  }

  /** Takes the place of the shim. False: there is one, on its way since before the last engine ended. */
  #claim(): boolean {
    try {
      mkdirSync(join(this.place.directory, files.started));
      return true;
    } catch (error) {
      return !isCode(error, 'EEXIST');
    }
  }

  #close(exit: ExitRecord): void {
    this.leave();
    this.#jail.settle(this.place);
    if (this.place.record.secrets !== undefined) {
      this.#world.secretsOf(this.place.record.mode)?.remove(this.place.container);
    }
    const runtimeError = lastRuntimeError(this.place);
    const outcome = outcomeOf({
      exit,
      memoryMiB: memoryLimitOf(this.place.record) ?? this.place.record.set.memoryMiB,
      ...(this.#kill !== undefined && { kill: this.#kill }),
      ...(runtimeError !== undefined && { runtimeError }),
    });
    this.#phase = 'ended';
    this.#end = { taskId: this.place.id, agentId: this.place.record.agentId, ready: false, ...outcome };
    this.#world.changed(this);
  }

  #tell(message: string): void {
    if (message === this.#message || this.ended) return;
    this.#message = message;
    if (Date.now() - this.#toldMs < (this.#phase === 'running' ? chatterMs : 1_000)) return;
    this.#toldMs = Date.now();
    this.#world.changed(this);
  }

  #watch(): void {
    this.#watcher = watch(this.place.directory, { persistent: false }, (_, name) => {
      if (name === files.exit || name === files.init || name === files.started) this.look();
    });
    // Too many watches: the regular look finds everything a little later.
    this.#watcher.on('error', () => this.#watcher?.close());
  }
}

const lastRuntimeError = (place: TaskPlace): string | undefined => {
  try {
    const last = readFileSync(join(place.directory, files.runtimeLog), 'utf8').trim().split('\n').at(-1);
    return last === undefined || last === '' ? undefined : String((JSON.parse(last) as { msg?: unknown }).msg);
  } catch {
    return undefined;
  }
};
