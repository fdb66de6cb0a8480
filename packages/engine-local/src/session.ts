/** The dealings of one service with the local engine. */
import { join } from 'node:path';
import { rmSync } from 'node:fs';
import type { Reservation } from '@warder/core';
import type {
  EngineEvent,
  EngineSession,
  ExecOptions,
  ExecResult,
  FileEntry,
  Launch,
  LogOptions,
  VipView,
} from '@warder/engine';
import { EngineError, reasonOf, textOf } from './error.ts';
import type { Bind } from './jail/bundle.ts';
import { readJson } from './json-file.ts';
import { launch } from './launch.ts';
import { writeNames } from './names.ts';
import { release } from './release.ts';
import { readLog } from './task/log-file.ts';
import { files } from './task/place.ts';
import { listFiles, readPart } from './task/sandbox.ts';
import type { Shown } from './task/sandbox.ts';
import type { LocalTask } from './task/task.ts';
import type { World } from './world.ts';

const execTimeoutMs = 60_000;

export class LocalSession implements EngineSession {
  readonly service: string;
  readonly #world: World;
  readonly #listener: (event: EngineEvent) => void;
  readonly #closed: () => void;
  /** Reservations that nothing else knows of, to be released when their last task has ended. */
  readonly #orphans = new Set<string>();
  readonly #events: EngineEvent[] = [];
  #draining = false;
  #done = false;

  constructor(world: World, service: string, listener: (event: EngineEvent) => void, closed: () => void) {
    this.#world = world;
    this.service = service;
    this.#listener = listener;
    this.#closed = closed;
  }

  /** In order, from a fresh stack. */
  emit(event: EngineEvent): void {
    if (this.#done) return;
    this.#events.push(event);
    if (this.#draining) return;
    this.#draining = true;
    setImmediate(() => this.#drain());
  }

  launch(wanted: Launch): void {
    const work = async () => {
      await launch(this.#world, this.service, wanted);
      this.emit({ type: 'operation', operationId: wanted.operationId, ok: true });
      for (const { taskId } of wanted.tasks) {
        const task = this.#world.tasks.get(taskId);
        if (task === undefined) continue;
        this.#report(task);
        await this.#world.vips.ensure(task);
        writeNames(this.#world);
        task.begin();
      }
    };
    this.#answer(wanted.operationId, work);
  }

  kill(taskId: string, graceMs: number): void {
    // Behind the launches that were asked for before: a task is not unknown because its turn has not come.
    this.#queue(() => {
      const task = this.#world.tasks.get(taskId);
      if (task === undefined || task.place.record.service !== this.service) return this.#lost(taskId);
      // A lost machine hears nothing; the kill is asked for again when it is back.
      if (this.#world.agents.stateOf(task.place.record.agentId) === 'down') return;
      if (task.ended) return this.#report(task);
      task.kill({ why: 'kill', atMs: Date.now(), graceMs });
    });
  }

  release(operationId: string, reservation: Reservation): void {
    const work = async () => {
      await Promise.resolve(release(this.#world, reservation));
      this.emit({ type: 'operation', operationId, ok: true });
    };
    this.#answer(operationId, work);
  }

  reconcile(taskIds: readonly string[], reservationIds: readonly string[]): void {
    const wanted = new Set(taskIds);
    const kept = new Set(reservationIds);
    this.#queue(() => {
      for (const id of wanted) {
        const task = this.#world.tasks.get(id);
        if (task === undefined || task.place.record.service !== this.service) this.#lost(id);
        else this.#report(task);
      }
      for (const task of this.#mine()) {
        const { graceMs } = task.place.record.task;
        if (!wanted.has(task.place.id)) task.kill({ why: 'kill', atMs: Date.now(), graceMs });
      }
      for (const entry of this.#world.ledger.all()) {
        const { id } = entry.reservation;
        if (entry.service !== this.service || kept.has(id)) continue;
        if (entry.volumes.length === 0) this.#orphans.add(id);
        else
          this.#world.log.warn(
            { service: this.service, reservation: id },
            'kept: no record knows it, but it holds volumes',
          );
      }
      this.releaseOrphans();
    });
  }

  releaseOrphans(): void {
    for (const id of this.#orphans) {
      const entry = this.#world.ledger.get(id);
      try {
        if (entry !== undefined) release(this.#world, entry.reservation);
        this.#orphans.delete(id);
      } catch (error) {
        this.#world.log.debug({ reservation: id, why: textOf(error) }, 'an orphaned reservation is not released yet');
      }
    }
  }

  logs(taskId: string, options: LogOptions): AsyncIterable<Uint8Array> {
    const task = this.#task(taskId);
    const path = join(task.place.directory, options.stream === 'stdout' ? files.stdout : files.stderr);
    return readLog(path, options, () => task.ended);
  }

  async exec(taskId: string, command: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    const task = this.#task(taskId);
    if (!task.running) {
      throw new EngineError(
        'engine-task-not-running',
        `${taskId} is not running`,
        'see what became of it with `task list`',
      );
    }
    const { timeoutMs = execTimeoutMs, stdin } = options;
    const ran = await task.jail.run(task.place, command, { timeoutMs, ...(stdin !== undefined && { stdin }) });
    if (ran.timedOut) {
      throw new EngineError(
        'engine-exec-timeout',
        `${command[0] ?? ''} did not end within ${timeoutMs} ms`,
        'give it more time',
      );
    }
    return { exitCode: ran.exitCode, stdout: ran.stdout, stderr: ran.stderr };
  }

  async list(taskId: string, path: string): Promise<readonly FileEntry[]> {
    return listFiles(this.#shown(taskId), path);
  }

  async read(
    taskId: string,
    path: string,
    range: { readonly offset: number; readonly length: number },
  ): Promise<Uint8Array> {
    return readPart(this.#shown(taskId), path, range);
  }

  vips(): readonly VipView[] {
    return this.#world.vips.view(this.service);
  }

  close(): Promise<void> {
    this.#done = true;
    this.#events.length = 0;
    this.#closed();
    return Promise.resolve();
  }

  purge(): Promise<void> {
    return this.#world.serial(async () => {
      const mine = this.#mine();
      const live = mine.find((task) => !task.ended);
      if (live !== undefined) {
        const what = `${live.place.id} of ${this.service} still runs`;
        throw new EngineError('engine-purge-refused', what, 'kill it first');
      }
      for (const entry of this.#world.ledger.all()) {
        if (entry.service === this.service) release(this.#world, entry.reservation);
      }
      await this.#world.vips.removeService(this.service);
      this.#world.hosts.remove(this.service);
      for (const task of mine) {
        rmSync(task.place.directory, { recursive: true, force: true });
        this.#world.tasks.delete(task.place.id);
      }
      await this.#world.removeIdle();
    });
  }

  #queue(work: () => void): void {
    const report = (error: unknown) => {
      this.#world.log.error({ service: this.service, err: error }, 'what a service asked for failed');
    };
    this.#world.serial(() => Promise.resolve().then(work)).catch(report);
  }

  #answer(operationId: string, work: () => Promise<void>): void {
    void this.#world.serial(work).catch((error: unknown) => {
      this.emit({ type: 'operation', operationId, ok: false, reason: reasonOf(error) });
    });
  }

  #report(task: LocalTask): void {
    if (this.#world.agents.stateOf(task.place.record.agentId) === 'down') {
      const { agentId } = task.place.record;
      const message = `${agentId} is down`;
      this.emit({
        type: 'status',
        status: { taskId: task.place.id, agentId, state: 'UNREACHABLE', ready: false, message },
      });
    } else {
      this.emit({ type: 'status', status: task.status() });
    }
  }

  #lost(taskId: string): void {
    const message = 'the engine has no such task';
    this.emit({ type: 'status', status: { taskId, agentId: '', state: 'LOST', ready: false, message } });
  }

  #mine(): readonly LocalTask[] {
    return [...this.#world.tasks.values()].filter((task) => task.place.record.service === this.service);
  }

  #task(taskId: string): LocalTask {
    const task = this.#world.tasks.get(taskId);
    if (task === undefined || task.place.record.service !== this.service) {
      throw new EngineError('engine-task-unknown', `${this.service} has no task ${taskId} here`, 'see `task list`');
    }
    const { agentId } = task.place.record;
    if (this.#world.agents.stateOf(agentId) === 'down') {
      throw new EngineError(
        'engine-agent-down',
        `${taskId} cannot be reached: ${agentId} is down`,
        'try again when it is back',
      );
    }
    return task;
  }

  #shown(taskId: string): readonly Shown[] {
    const { place } = this.#task(taskId);
    const binds = (readJson(join(place.directory, files.binds)) ?? []) as readonly Bind[];
    return [{ path: '', source: place.sandbox }, ...binds];
  }

  #drain(): void {
    // One at a time from the front: the listener may close the session, which empties the rest.
    for (let event = this.#events.shift(); event !== undefined; event = this.#events.shift()) {
      try {
        this.#listener(event);
      } catch (error) {
        this.#world.log.error({ service: this.service, err: error }, 'a listener of engine events failed');
      }
    }
    this.#draining = false;
  }
}
