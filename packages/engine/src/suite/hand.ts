/** The hand of a scheduler in the tests: asks an engine for things and waits for what it tells. */
import assert from 'node:assert/strict';
import type { Offer, Reservation, TaskState, TaskStatus } from '@warder/core';
import type { Engine, EngineEvent, EngineSession, EngineTask } from '../engine.ts';

export type Hand = {
  readonly session: EngineSession;
  readonly events: readonly EngineEvent[];
  /** The first event, past or to come, that matches. Fails with everything that was heard. */
  readonly until: <E extends EngineEvent>(what: string, matches: (event: EngineEvent) => event is E) => Promise<E>;
  readonly operation: (operationId: string) => Promise<{ readonly ok: boolean; readonly reason?: string }>;
  readonly status: (taskId: string, matches: (status: TaskStatus) => boolean, what?: string) => Promise<TaskStatus>;
  readonly state: (taskId: string, state: TaskState) => Promise<TaskStatus>;
  /** The newest offer of each agent. */
  readonly offers: () => readonly Offer[];
  /** Forget what was heard, so that only what comes from now on counts. */
  readonly forget: () => void;
};

const patienceMs = 15_000;

export const takeHand = async (engine: Engine, service: string): Promise<Hand> => {
  const events: EngineEvent[] = [];
  const waiting = new Set<() => void>();
  const offers = new Map<string, Offer>();
  const session = await engine.open(service, (event) => {
    events.push(event);
    if (event.type === 'offer') offers.set(event.offer.agentId, event.offer);
    for (const look of waiting) look();
  });
  const until = <E extends EngineEvent>(what: string, matches: (event: EngineEvent) => event is E): Promise<E> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(look);
        const heard = events.filter((event) => event.type !== 'offer').map((event) => JSON.stringify(event));
        reject(new assert.AssertionError({ message: `${what} did not come; heard:\n${heard.join('\n')}` }));
      }, patienceMs);
      const look = () => {
        const found = events.find(matches);
        if (found === undefined) return;
        clearTimeout(timer);
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  const status: Hand['status'] = async (taskId, matches, what = 'a status') => {
    const isIt = (event: EngineEvent): event is Extract<EngineEvent, { type: 'status' }> =>
      event.type === 'status' && event.status.taskId === taskId && matches(event.status);
    return (await until(`${what} of ${taskId}`, isIt)).status;
  };
  await until('an offer', (event): event is typeof event => event.type === 'offer');
  return {
    session,
    events,
    until,
    status,
    state: (taskId, state) => status(taskId, (each) => each.state === state, state),
    operation: (operationId) =>
      until(
        `the answer to ${operationId}`,
        (event): event is Extract<EngineEvent, { type: 'operation' }> =>
          event.type === 'operation' && event.operationId === operationId,
      ),
    offers: () => [...offers.values()],
    forget: () => {
      events.length = 0;
    },
  };
};

export type Wanted = {
  readonly cpus?: number;
  readonly memoryMiB?: number;
  readonly ports?: Readonly<Record<string, number>>;
  readonly volume?: boolean;
};

/** A reservation for one pod instance with one resource set (`main`). */
export const reserve = (offer: Offer, id: string, wanted: Wanted = {}): Reservation => ({
  id,
  instance: `${id}-instance`,
  agentId: offer.agentId,
  hostname: offer.hostname,
  address: offer.address,
  sets: [
    {
      name: 'main',
      cpus: wanted.cpus ?? 0.1,
      memoryMiB: wanted.memoryMiB ?? 64,
      ports: wanted.ports ?? {},
      volumes: wanted.volume === true ? [{ id: `${id}-volume`, path: 'data', type: 'ROOT', sizeMiB: 16 }] : [],
    },
  ],
});

export const task = (taskId: string, cmd: string, rest: Partial<EngineTask> = {}): EngineTask => ({
  taskId,
  name: taskId.replaceAll(/[^a-z0-9-]/g, '-'),
  resourceSet: 'main',
  cmd,
  user: 'nobody',
  env: {},
  files: [],
  artifacts: [],
  rlimits: [],
  vips: [],
  graceMs: 2_000,
  ...rest,
});

/** A reservation with several sets alike, so that a task can run in each at once. */
export const reserveSets = (offer: Offer, id: string, names: readonly string[]): Reservation => {
  const reservation = reserve(offer, id);
  return { ...reservation, sets: reservation.sets.flatMap((set) => names.map((name) => ({ ...set, name }))) };
};

/** Launches these in a reservation, and fails with the reason if the engine refuses. */
export const launchIn = async (
  hand: Hand,
  reservation: Reservation,
  ...tasks: readonly EngineTask[]
): Promise<void> => {
  const operationId = `launch-${tasks.map(({ taskId }) => taskId).join('-')}`;
  hand.session.launch({ operationId, reservation, tasks });
  const { ok, reason } = await hand.operation(operationId);
  assert.equal(ok, true, reason ?? 'launched');
};

/** The exit code and the output of a shell command line in a task. */
export const ask = async (hand: Hand, taskId: string, line: string): Promise<{ code: number; out: string }> => {
  const { exitCode, stdout } = await hand.session.exec(taskId, ['sh', '-c', line]);
  return { code: exitCode, out: stdout.trim() };
};

/** Asks until the output is so; fails with the last one. */
export const askUntil = async (hand: Hand, taskId: string, line: string, wanted: RegExp): Promise<void> => {
  let out = '';
  for (let tries = 0; tries < 100; tries += 1) {
    ({ out } = await ask(hand, taskId, line));
    if (wanted.test(out)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.match(out, wanted);
};

export const firstOffer = (hand: Hand): Offer => {
  const [offer] = hand.offers();
  assert.ok(offer, 'an engine offers something');
  return offer;
};

export const readAll = async (chunks: AsyncIterable<Uint8Array>): Promise<string> => {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts).toString('utf8');
};
