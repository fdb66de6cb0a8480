/** Event -> decide -> commit -> perform, one at a time. Nothing is performed that is not in the store. */
import { createService, decide, restore } from '@warder/core';
import type { Answer, Decision, Event, Request, State } from '@warder/core';
import type { EngineSession } from '@warder/engine';
import type { Change } from '@warder/store';
import { InOrder } from './in-order.ts';
import { Questions } from './code/questions.ts';
import { Inbox } from './inbox.ts';
import { Meter } from './meter.ts';
import type { ServiceView } from './package/view.ts';
import { perform } from './perform.ts';
import type { SchedulerOptions } from './scheduler.ts';
import { broken, closing, refusal, tooMany, unforgotten, unwritable } from './trouble.ts';
import type { Trouble } from './trouble.ts';
import { ViewBook } from './view.ts';
import { isMemory, Memory } from './watch/memory.ts';

export type Loop = {
  readonly state: State;
  readonly session: EngineSession;
  readonly questions: Questions;
  /** Of reactions and detectors. */
  readonly memory: Memory;
  readonly view: () => ServiceView | undefined;
  readonly request: (by: string, request: Request) => Promise<Answer>;
  readonly trouble: () => string | undefined;
  readonly meter: Meter;
  readonly onChange: (listener: (changes: readonly Change[]) => void) => () => void;
  readonly ended: Promise<'uninstalled' | 'closed'>;
  readonly close: () => Promise<void>;
};

/** How soon a store that took no write is tried again. */
const COMMIT_RETRY_MS = 1_000;

export async function openLoop(options: SchedulerOptions): Promise<Loop> {
  const { name, store, engine, host, clock, log } = options;
  const prefix = `service/${encodeURIComponent(name)}/`;
  const records = await store.load(prefix);
  const own = records.map(({ path, value }) => ({ path: path.slice(prefix.length), value }));
  const state = restore(own.filter(({ path }) => !isMemory(path)));
  const memory = new Memory(store, prefix, records);
  state.features = new Set(engine.capabilities.features);
  const toStore = (changes: Decision['changes']): readonly Change[] =>
    [...changes].map(([path, value]) => ({ path: prefix + path, ...(value === undefined ? {} : { value }) }));
  if (state.service === undefined) {
    if (options.create === undefined) throw new Error(`the store knows no service ${name}`);
    await store.commit(toStore(createService(state, { name, ...options.create }, clock.now()).changes));
  }

  const views = new ViewBook(state);
  const view = (): ServiceView | undefined => views.view();
  const questions = new Questions(host, clock, view);
  const inbox = new Inbox();
  const meter = new Meter();
  const order = new InOrder();
  const waiting = new Map<string, (answer: Answer) => void>();
  const listeners = new Set<(changes: readonly Change[]) => void>();
  const { promise: ended, resolve: end } = Promise.withResolvers<'uninstalled' | 'closed'>();
  let requests = 0;
  let busy: Promise<void> | undefined;
  let closed = false;
  let trouble: Trouble | undefined;
  let cancelWake: (() => void) | undefined;

  const deliver = (event: Event): boolean => {
    if (closed) return false;
    const added = inbox.add(event);
    busy ??= run();
    return added;
  };

  const run = async (): Promise<void> => {
    try {
      // What comes in between the last look at the inbox and the end of this promise would else wait for the next event.
      while (inbox.size > 0 && !closed) await work();
    } catch (error) {
      closed = true;
      trouble = broken(error);
      log.error({ service: name, error }, 'a decision failed, the scheduler stops so that nothing wrong is done');
      for (const requestId of waiting.keys()) answer(requestId, refusal(trouble));
    } finally {
      busy = undefined;
    }
  };

  /** The state is ahead of the store until this succeeds, so it is tried until it does, and nothing is done meanwhile. */
  const commit = async (changes: readonly Change[]): Promise<void> => {
    while (!closed) {
      try {
        await store.commit(changes);
        trouble = undefined;
        return;
      } catch (error) {
        trouble = unwritable(error);
        log.error({ service: name, error: trouble.text }, 'commit failed, nothing is done until it succeeds');
        for (const requestId of waiting.keys()) answer(requestId, refusal(trouble));
        const { promise, resolve } = Promise.withResolvers<void>();
        clock.wake(clock.now() + COMMIT_RETRY_MS, resolve);
        await promise;
      }
    }
  };

  const work = async (): Promise<void> => {
    // Events that come while one is decided wait their turn; the first await lets the caller of `deliver` go on.
    await Promise.resolve();
    for (let event = inbox.take(); event !== undefined && !closed; event = inbox.take()) {
      const beganMs = performance.now();
      const decision = decide(state, event, clock.now());
      meter.decided(event, decision, performance.now() - beganMs);
      const { changes, actions } = decision;
      if (changes.size > 0) {
        views.changed(changes.keys());
        const records = toStore(changes);
        await commit(records);
        if (closed) return;
        for (const listener of listeners) listener(records);
      }
      for (const action of actions) {
        if (action.type === 'answer') answer(action.requestId, action.answer);
        else if (action.type === 'forget') void forget();
        else perform(action, hands);
      }
    }
    setWake();
  };

  const answer = (requestId: string, value: Answer): void => {
    waiting.get(requestId)?.(value);
    waiting.delete(requestId);
  };

  const setWake = (): void => {
    cancelWake?.();
    const atMs = state.index.wakes.next();
    cancelWake = atMs === undefined || closed ? undefined : clock.wake(atMs, () => deliver({ type: 'tick' }));
  };

  /** The last act of an uninstall; begun again at the next start if it does not come to its end. */
  const forget = async (): Promise<void> => {
    try {
      memory.close();
      await session.purge();
      const left = await store.load(prefix);
      closed = true;
      await store.commit(left.map(({ path }) => ({ path })));
      await session.close();
      end('uninstalled');
    } catch (error) {
      closed = false;
      trouble = unforgotten(error);
      log.error({ service: name, error: trouble.text }, 'uninstall is not finished');
      clock.wake(clock.now() + COMMIT_RETRY_MS, () => void forget());
    }
  };

  const early: Event[] = [];
  let take = (event: Event): void => void early.push(event);
  const session = await engine.open(name, (event) => take(event));
  const hands = { ...options, questions, state, session, order, deliver };
  take = (event) => void deliver(event);
  for (const event of early) deliver(event);
  const tellSecrets = (): void => void deliver({ type: 'secrets', paths: options.secrets?.paths() ?? [] });
  const unwatch = options.secrets?.onChange(tellSecrets);
  void ended.then(() => unwatch?.());
  tellSecrets();
  deliver({ type: 'started' });

  return {
    state,
    session,
    questions,
    memory,
    view,
    request: (by, request) => {
      if (trouble !== undefined) return Promise.resolve(refusal(trouble));
      const { promise, resolve } = Promise.withResolvers<Answer>();
      requests += 1;
      const requestId = `request-${requests}`;
      waiting.set(requestId, resolve);
      if (!deliver({ type: 'request', requestId, by, request })) {
        answer(requestId, closed ? closing(name) : tooMany);
      }
      return promise;
    },
    trouble: () => trouble?.text,
    meter,
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    ended,
    close: async () => {
      closed = true;
      order.close();
      cancelWake?.();
      await busy;
      for (const [requestId] of waiting) answer(requestId, closing(name));
      await session.close();
      end('closed');
    },
  };
}
