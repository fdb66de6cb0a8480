/** Who still changes something for a run: what is taken away at its end must not come back behind it. */

const busy = new Map<string, Set<Promise<unknown>>>();

/** Does the work, so that `settled` waits for it. To be called before anything is awaited. */
export const during = <T>(runId: string, work: () => Promise<T>): Promise<T> => {
  const own = busy.get(runId) ?? new Set();
  busy.set(runId, own);
  const done = work();
  own.add(done);
  const forget = (): void => {
    own.delete(done);
    if (own.size === 0) busy.delete(runId);
  };
  done.then(forget, forget);
  return done;
};

export const settled = async (runId: string): Promise<void> => {
  await Promise.allSettled(busy.get(runId) ?? []);
};
