/** In place of `node:timers/promises`. */
import { edge } from './current.ts';

type Options = { readonly signal?: AbortSignal };

export const setTimeout = <T>(delayMs: number, value?: T, { signal }: Options = {}): Promise<T | undefined> => {
  const { promise, resolve, reject } = Promise.withResolvers<T | undefined>();
  if (signal?.aborted === true) return Promise.reject(signal.reason as Error);
  const { now, wake } = edge();
  const giveUp = (): void => {
    cancel();
    reject(signal?.reason as Error);
  };
  const cancel = wake(now() + delayMs, () => {
    signal?.removeEventListener('abort', giveUp);
    resolve(value);
  });
  signal?.addEventListener('abort', giveUp, { once: true });
  return promise;
};
