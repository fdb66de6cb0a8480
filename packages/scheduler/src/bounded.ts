import type { Clock } from './clock.ts';

/** A promise of foreign code that does not settle is given up after a time; the signal tells the code to stop. */
export async function bounded<T>(clock: Clock, maxMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const { promise: late, reject } = Promise.withResolvers<never>();
  const cancel = clock.wake(clock.now() + maxMs, () => {
    controller.abort();
    reject(new Error(`no answer within ${maxMs / 1000} s`));
  });
  try {
    return await Promise.race([work(controller.signal), late]);
  } finally {
    cancel();
  }
}
