/** From the launch of a task to its end. */
import assert from 'node:assert/strict';
import type { Case } from './cluster.ts';
import { readAll, reserve, task } from './hand.ts';
import type { Hand } from './hand.ts';

/** Reserves on the first agent and launches one task there. */
export const start = async (hand: Hand, id: string, cmd: string, rest: Parameters<typeof task>[2] = {}) => {
  const [offer] = hand.offers();
  assert.ok(offer, 'an engine offers something');
  const reservation = reserve(offer, `reservation-${id}`);
  const launched = task(id, cmd, rest);
  hand.session.launch({ operationId: `launch-${id}`, reservation, tasks: [launched] });
  const { ok, reason } = await hand.operation(`launch-${id}`);
  assert.equal(reason, undefined);
  assert.equal(ok, true);
  return { reservation, task: launched };
};

const offersFirst: Case = ({ hand, engine }) => {
  assert.equal(hand.events[0]?.type, 'offer');
  const [view] = engine.agents();
  assert.ok(view !== undefined && view.offer.cpus > 0 && view.offer.memoryMiB > 0 && view.offer.ports.length > 0);
  assert.equal(view.offer.state, 'up');
  return Promise.resolve();
};

const runs: Case = async ({ hand }) => {
  await start(hand, 'a', 'exec sleep 60');
  const status = await hand.state('a', 'RUNNING');
  assert.equal(status.ready, true);
};

const getsReady: Case = async ({ hand }) => {
  const readiness = { cmd: 'test -e door', intervalMs: 50, timeoutMs: 1_000, delayMs: 0 };
  await start(hand, 'a', 'sleep 0.5; touch door; exec sleep 60', { readiness });
  const running = await hand.state('a', 'RUNNING');
  assert.equal(running.ready, false);
  await hand.status('a', (status) => status.ready, 'ready');
};

const healthKills: Case = async ({ hand }) => {
  const health = { cmd: 'test ! -e ill', intervalMs: 50, timeoutMs: 1_000, delayMs: 0, graceMs: 100, failuresMax: 2 };
  await start(hand, 'a', 'sleep 0.6; touch ill; exec sleep 60', { health });
  await hand.status('a', (status) => status.healthy === true, 'healthy');
  const end = await hand.state('a', 'FAILED');
  assert.match(end.message ?? '', /health check failed 2 times/);
};

const exits: Case = async ({ hand }) => {
  await start(hand, 'good', 'exit 0');
  await start(hand, 'bad', 'exit 3');
  assert.equal((await hand.state('good', 'FINISHED')).exit?.code, 0);
  assert.equal((await hand.state('bad', 'FAILED')).exit?.code, 3);
};

const politeKill: Case = async ({ hand }) => {
  const cmd = "trap 'echo asked; exit 7' TERM; echo up; while :; do sleep 0.05; done";
  await start(hand, 'a', cmd);
  await hand.state('a', 'RUNNING');
  await written(hand, 'a', 'up');
  hand.session.kill('a', 10_000);
  const end = await hand.state('a', 'KILLED');
  assert.equal(end.exit?.code, 7);
  assert.match(await stdout(hand, 'a'), /asked/);
};

const killReachesAll: Case = async ({ hand }) => {
  // A shell in between that dies of the signal must not take the real process with it before it could end.
  const inner = `sh -c 'trap "sleep 0.3; echo saved; exit 0" TERM; echo up; while :; do sleep 0.05; done'`;
  await start(hand, 'a', `true; ${inner}; true`);
  await hand.state('a', 'RUNNING');
  await written(hand, 'a', 'up');
  hand.session.kill('a', 10_000);
  await hand.state('a', 'KILLED');
  assert.match(await stdout(hand, 'a'), /saved/);
};

const forcedKill: Case = async ({ hand }) => {
  await start(hand, 'a', "trap '' TERM; echo up; while :; do sleep 0.05; done");
  await hand.state('a', 'RUNNING');
  await written(hand, 'a', 'up');
  const before = Date.now();
  hand.session.kill('a', 500);
  await hand.state('a', 'KILLED');
  const tookMs = Date.now() - before;
  assert.ok(tookMs >= 450 && tookMs < 5_000, `the grace time was kept: ${tookMs} ms`);
};

const twice: Case = async ({ hand }) => {
  const { reservation, task: launched } = await start(hand, 'a', 'echo once >> log.txt; echo up; exec sleep 60');
  await hand.state('a', 'RUNNING');
  await written(hand, 'a', 'up');
  hand.forget();
  hand.session.launch({ operationId: 'launch-a', reservation, tasks: [launched] });
  assert.equal((await hand.operation('launch-a')).ok, true);
  await hand.state('a', 'RUNNING');
  const text = Buffer.from(await hand.session.read('a', 'log.txt', { offset: 0, length: 100 })).toString('utf8');
  assert.equal(text, 'once\n');
  hand.session.kill('a', 0);
  hand.session.kill('a', 0);
  await hand.state('a', 'KILLED');
  hand.forget();
  hand.session.kill('a', 0);
  await hand.state('a', 'KILLED');
};

const killAtOnce: Case = async ({ hand }) => {
  const [offer] = hand.offers();
  assert.ok(offer);
  const tasks = [task('a', 'exec sleep 60')];
  hand.session.launch({ operationId: 'o', reservation: reserve(offer, 'r'), tasks });
  hand.session.kill('a', 0);
  await hand.state('a', 'KILLED');
  const states = hand.events.flatMap((event) => (event.type === 'status' ? [event.status.state] : []));
  assert.equal(states.includes('LOST'), false);
};

const getsItsPart: Case = async ({ hand }) => {
  const files = [{ path: 'conf/app.properties', content: 'colour=green\n', mode: 0o600 }];
  const cmd = 'echo "$COLOUR"; cat conf/app.properties; echo in "$PWD" is "$HOME"';
  await start(hand, 'a', cmd, { env: { COLOUR: 'blue sky' }, files });
  await hand.state('a', 'FINISHED');
  const out = await stdout(hand, 'a');
  assert.match(out, /^blue sky\ncolour=green\nin (\S+) is \1\n$/);
};

const stdout = (hand: Hand, taskId: string): Promise<string> =>
  readAll(
    hand.session.logs(taskId, {
      stream: 'stdout',
      tailBytes: 10_000,
      follow: false,
      signal: new AbortController().signal,
    }),
  );

const written = async (hand: Hand, taskId: string, text: string): Promise<void> => {
  const abort = AbortSignal.timeout(10_000);
  for await (const chunk of hand.session.logs(taskId, {
    stream: 'stdout',
    tailBytes: 10_000,
    follow: true,
    signal: abort,
  })) {
    if (Buffer.from(chunk).toString('utf8').includes(text)) return;
  }
  assert.fail(`${taskId} did not write "${text}"`);
};

export const lifecycleCases: Readonly<Record<string, Case>> = {
  'offers come first': offersFirst,
  'a launched task runs, and without a readiness check it is ready': runs,
  'a task is ready after its readiness check passed once': getsReady,
  'a task that fails its health check is killed and FAILED': healthKills,
  'an end by itself is FINISHED or FAILED, with the exit code': exits,
  'a kill asks first': politeKill,
  'a kill reaches the process behind a shell and waits for it': killReachesAll,
  'a kill forces after the grace time': forcedKill,
  'a kill right behind its launch is not lost': killAtOnce,
  'a launch or a kill once more does nothing': twice,
  'a task has its environment, its files and its working directory': getsItsPart,
};
