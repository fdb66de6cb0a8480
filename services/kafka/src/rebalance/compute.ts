/** Proposals for large clusters take a while: they are made in a thread of their own, for whoever asks again. */
import { Worker } from 'node:worker_threads';
import { PackageError } from '@warder/sdk';
import type { Refused } from '../balance/proposal.ts';
import { memory } from '../memory.ts';
import { madeOf, type Input, type Look } from './made.ts';

/** More replicas than so many are not looked at here: nobody else is answered meanwhile. */
const hereMax = 20_000;

/** Who asks is answered before his time is up. */
const patienceMs = 5_000;

const resourceLimits = { maxOldGenerationSizeMb: 1_024 };

const running = memory(() => new Map<string, Promise<Look | Refused>>());

/** What was begun for this key before, or else for what is read now. Rejects while it takes longer. */
export const computed = async (key: string, read: () => Promise<Input>): Promise<Look | Refused> => {
  const begun = running().get(key);
  if (begun !== undefined) return patient(key, begun);
  const input = await read();
  const replicas = input.model.partitions.reduce((sum, each) => sum + each.replicas.length, 0);
  if (replicas <= hereMax) return madeOf(input);
  const own = elsewhere(input);
  running().set(key, own);
  return patient(key, own);
};

const patient = async (key: string, own: Promise<Look | Refused>): Promise<Look | Refused> => {
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), patienceMs);
  try {
    const made = await Promise.race([own, late]);
    if (made !== undefined) {
      running().delete(key);
      return made;
    }
  } catch (error) {
    running().delete(key);
    throw error;
  } finally {
    clearTimeout(timer);
  }
  throw new PackageError(
    'rebalance-computing',
    'the cluster is large, and a proposal takes a while: ask again soon',
    503,
  );
};

const elsewhere = (input: Input): Promise<Look | Refused> => {
  const { promise, resolve, reject } = Promise.withResolvers<Look | Refused>();
  const worker = new Worker(new URL('compute-thread.ts', import.meta.url), { workerData: input, resourceLimits });
  worker.unref();
  worker.on('message', resolve);
  worker.on('error', reject);
  worker.on('exit', () => reject(new Error('a proposal could not be made: its thread has ended')));
  // Whoever asked may have gone: what went wrong is told to the next.
  promise.catch(() => undefined);
  return promise;
};
