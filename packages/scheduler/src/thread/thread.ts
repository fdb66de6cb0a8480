/** One life of a package's thread, from its start to its end; it is watched while anything is asked of it. */
import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import * as checked from '../code/checked.ts';
import type { Outline } from '../code/outline.ts';
import type { Log } from '../scheduler.ts';
import { MARKS_BYTES, PONG, RUNNING } from './message.ts';
import type { FromThread, ThreadData, ToThread } from './message.ts';

export type Limits = {
  /** A thread whose loop has not turned for this long is blocked. */
  readonly blockedMs: number;
  /** Of its heap, and of its buffers: each may have so much. */
  readonly memoryMiB: number;
};

export type ThreadOptions = Limits & {
  readonly name: string;
  readonly file: string;
  readonly log: Log;
  readonly told: (message: Exclude<FromThread, { type: 'ready' | 'unusable' }>) => void;
  /** Whatever was running: its id, or 0 where none is known. Called once, unless it was ended by `end`. */
  readonly died: (why: string, running: number) => void;
};

/** Loading is one long stretch of work, and slow on a busy machine: it may take so many times longer. */
const LOADING = 6;
/** Looks that a blocked thread misses in a row: by counting them, a machine that was asleep blames nobody. */
const LOOKS = 5;
/** Of one line that a package prints. */
const LINE_MAX = 1_000;

export class Thread {
  /** Rejects when the code cannot be loaded. */
  readonly ready: Promise<Outline>;
  readonly #options: ThreadOptions;
  readonly #worker: Worker;
  readonly #marks = new Int32Array(new SharedArrayBuffer(MARKS_BYTES));
  readonly #unready: (error: Error) => void;
  #pings = 0;
  #missed = 0;
  #isFull = false;
  #isReady = false;
  #ended = false;
  #watch: NodeJS.Timeout | undefined;

  constructor(options: ThreadOptions) {
    this.#options = options;
    const { promise, resolve, reject } = Promise.withResolvers<Outline>();
    this.ready = promise;
    this.ready.then(
      () => {
        this.#isReady = true;
      },
      () => {},
    );
    this.#unready = reject;
    const data: ThreadData = { kind: 'package', file: options.file, marks: this.#marks.buffer };
    this.#worker = new Worker(entry, {
      name: options.name,
      workerData: data,
      env: environment(),
      execArgv: [],
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: options.memoryMiB, maxYoungGenerationSizeMb: YOUNG_MIB },
    });
    this.#worker.on('message', (message: FromThread) => {
      if (this.#ended) return;
      if (message.type === 'ready') resolveWith(resolve, reject, () => checked.outline(message.outline));
      else if (message.type === 'unusable') reject(new Error(message.why));
      else options.told(message);
    });
    this.#worker.on('error', (error) => this.#die(wordsOf(error, options.memoryMiB)));
    this.#worker.on('exit', (code) => this.#die(`ended its thread with code ${code}`));
    for (const stream of [this.#worker.stdout, this.#worker.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        const text = chunk.toString().trimEnd().slice(0, LINE_MAX);
        options.log.info({ package: options.name, text }, 'a package printed something');
      });
    }
    this.#worker.unref();
    this.watch(true);
  }

  post(message: ToThread): void {
    this.#worker.postMessage(message);
  }

  /** Whether anything is asked of it now. */
  watch(isBusy: boolean): void {
    if (isBusy === (this.#watch !== undefined) || this.#ended) return;
    clearInterval(this.#watch);
    this.#missed = 0;
    this.#watch = isBusy ? setInterval(() => this.#look(), this.#options.blockedMs / LOOKS) : undefined;
    if (isBusy) this.#worker.ref();
    else this.#worker.unref();
  }

  async end(): Promise<void> {
    this.#stop('the package is not used any more');
    await this.#worker.terminate();
  }

  #look(): void {
    const { blockedMs, memoryMiB } = this.#options;
    this.#missed = Atomics.load(this.#marks, PONG) === this.#pings ? 0 : this.#missed + 1;
    if (this.#missed >= (this.#isReady ? LOOKS : LOOKS * LOADING)) {
      // A heap that is almost full keeps its thread busy with looking for room.
      const seconds = (blockedMs * (this.#isReady ? 1 : LOADING)) / 1000;
      this.#die(this.#isFull ? tooMuch(memoryMiB) : `blocked its thread for ${seconds} s`);
      return;
    }
    if (this.#missed === 0) {
      this.#pings += 1;
      this.post({ type: 'ping', n: this.#pings });
    }
    // Buffers are not counted by the limit of the heap; this answers also while the thread is blocked.
    void this.#worker.getHeapStatistics().then(
      ({ external_memory: beside, used_heap_size: heap }) => {
        this.#isFull = heap > ALMOST * memoryMiB * MIB;
        if (beside > memoryMiB * MIB) this.#die(tooMuch(memoryMiB));
      },
      () => {},
    );
  }

  #die(why: string): void {
    if (this.#ended) return;
    const running = Atomics.load(this.#marks, RUNNING);
    this.#stop(why);
    void this.#worker.terminate();
    this.#options.died(why, running);
  }

  #stop(why: string): void {
    this.watch(false);
    this.#ended = true;
    this.#unready(new Error(`the package ${why} before it was loaded`));
  }
}

const entry = new URL('./worker.ts', import.meta.url);

const MIB = 1024 * 1024;
const ALMOST = 0.75;
const tooMuch = (memoryMiB: number): string => `took more than ${memoryMiB} MiB of memory`;
/** Small: a package works little, and what it leaves behind is to be found soon. */
const YOUNG_MIB = 4;

/** The compiler of TypeScript would take more memory than the code itself: what the server has compiled is used. */
function environment(): NodeJS.ProcessEnv {
  const folder = getCompileCacheDir();
  return { ...process.env, ...(folder === undefined ? {} : { NODE_COMPILE_CACHE: dirname(folder) }) };
}

function wordsOf(error: unknown, memoryMiB: number): string {
  if (error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return tooMuch(memoryMiB);
  }
  return `ended its thread: ${error instanceof Error ? error.message : String(error)}`;
}

function resolveWith<T>(resolve: (value: T) => void, reject: (error: unknown) => void, make: () => T): void {
  try {
    resolve(make());
  } catch (error) {
    reject(error);
  }
}
