/** Who is running in this thread at each moment, written where others can read it while the thread is blocked. */
import { AsyncResource, createHook, executionAsyncResource } from 'node:async_hooks';
import { RUNNING } from './message.ts';

/** On everything asynchronous that a call has begun: the id of the call. */
const owner = Symbol('call');

type Owned = { [owner]?: number };

export function markRunning(marks: Int32Array): void {
  createHook({
    init: (_id, _type, _trigger, resource: Owned) => {
      const id = (executionAsyncResource() as Owned)[owner];
      if (id !== undefined) resource[owner] = id;
    },
    before: () => void Atomics.store(marks, RUNNING, (executionAsyncResource() as Owned)[owner] ?? 0),
    after: () => void Atomics.store(marks, RUNNING, 0),
  }).enable();
}

/** Everything that the work does, now and later, is the call's. */
export function runAs<T>(id: number, work: () => T): T {
  const resource: AsyncResource & Owned = new AsyncResource('call');
  resource[owner] = id;
  return resource.runInAsyncScope(work);
}

/** The call that made this promise; 0 when none did. */
export const ownerOf = (promise: Promise<unknown> & Owned): number => promise[owner] ?? 0;
