/** Many seeds on every core of the machine: threads that ask for the next few as they finish. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Mutant } from './mutant/mutants.ts';

/** What a thread says of one seed. */
export type Result = {
  readonly seed: number;
  readonly failures: readonly string[];
  readonly virtualMs: number;
  readonly crashes: number;
};

export type CrewOptions = {
  readonly from: number;
  readonly count: number;
  /** A bug to plant into the threads. */
  readonly mutant?: Mutant;
  /** Which simulator. Absent: this one. */
  readonly thread?: URL;
  /** Each seed, in no order. False: none but those that have begun, which are all the lower ones. */
  readonly each: (result: Result) => boolean;
};

/** So few at once that all threads end at about the same time. */
const BATCH = 10;

/** A world is garbage when it has ended: with more room than usual for what is young, most of it is never copied. */
const ROOM = { maxYoungGenerationSizeMb: 96 } as const;

export async function runSeeds({ from, count, mutant, thread, each }: CrewOptions): Promise<void> {
  let next = from;
  let stopped = false;
  const end = from + count;
  const batch = (): readonly number[] => {
    const seeds = Array.from({ length: stopped ? 0 : Math.min(BATCH, end - next) }, (_, at) => next + at);
    next += seeds.length;
    return seeds;
  };
  const threads = Math.min(availableParallelism(), Math.ceil(count / BATCH));
  await Promise.all(
    Array.from({ length: threads }, () =>
      runThread({ mutant, thread }, batch, (result) => {
        if (!each(result)) stopped = true;
      }),
    ),
  );
}

async function runThread(
  { mutant, thread }: { readonly mutant: Mutant | undefined; readonly thread: URL | undefined },
  batch: () => readonly number[],
  each: (result: Result) => void,
): Promise<void> {
  const file = thread ?? new URL('thread.ts', import.meta.url);
  const worker = new Worker(file, { workerData: { mutant }, resourceLimits: ROOM });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const more = (): void => {
    const seeds = batch();
    if (seeds.length === 0) resolve();
    else worker.postMessage(seeds);
  };
  worker.on('error', reject);
  worker.on('exit', (code) => reject(new Error(`a thread of the simulator ended with ${code}`)));
  worker.on('message', (result: Result | 'more') => {
    if (result === 'more') more();
    else each(result);
  });
  try {
    await promise;
  } finally {
    await worker.terminate();
  }
}
