/** Reservations: what they hold, how long, and what they refuse. */
import assert from 'node:assert/strict';
import type { Offer } from '@warder/core';
import type { Case } from './cluster.ts';
import { reserve, task } from './hand.ts';
import type { Hand, Wanted } from './hand.ts';
import { start } from './lifecycle.ts';

const first = (hand: Hand): Offer => {
  const [offer] = hand.offers();
  assert.ok(offer);
  return offer;
};

const refused = async (hand: Hand, wanted: Wanted): Promise<string> => {
  const reservation = reserve(first(hand), 'greedy', wanted);
  hand.session.launch({ operationId: 'greedy', reservation, tasks: [task('greedy', 'exec sleep 60')] });
  const { ok, reason } = await hand.operation('greedy');
  assert.equal(ok, false);
  const isIts = (event: (typeof hand.events)[number]) => event.type === 'status' && event.status.taskId === 'greedy';
  assert.equal(hand.events.some(isIts), false, 'nothing of it was started');
  return reason ?? '';
};

const noMemory: Case = async ({ hand }) => {
  const offer = first(hand);
  assert.match(await refused(hand, { memoryMiB: offer.memoryMiB + 1 }), /memory/);
  assert.deepEqual(first(hand), offer, 'nothing of it was reserved');
};

const noCpus: Case = async ({ hand }) => {
  assert.match(await refused(hand, { cpus: first(hand).cpus + 1 }), /cpu/);
};

const reservedPort: Case = async ({ hand }) => {
  const offer = first(hand);
  const ports = { web: 20_400 };
  const reservation = reserve(offer, 'r1', { ports });
  hand.session.launch({ operationId: 'o1', reservation, tasks: [] });
  assert.equal((await hand.operation('o1')).ok, true);
  assert.match(await refused(hand, { ports }), /20400/);
};

const offersShrink: Case = async ({ hand }) => {
  const before = first(hand);
  const reservation = reserve(before, 'r1', { cpus: 0.5, memoryMiB: 128, ports: { web: 20_401 } });
  hand.session.launch({ operationId: 'o1', reservation, tasks: [] });
  await hand.operation('o1');
  const smaller = await hand.until(
    'a smaller offer',
    (event): event is Extract<typeof event, { type: 'offer' }> =>
      event.type === 'offer' &&
      event.offer.agentId === before.agentId &&
      event.offer.memoryMiB === before.memoryMiB - 128,
  );
  assert.ok(Math.abs(smaller.offer.cpus - (before.cpus - 0.5)) < 0.001);
  assert.equal(
    smaller.offer.ports.some(({ begin, end }) => begin <= 20_401 && 20_401 <= end),
    false,
  );
  hand.forget();
  hand.session.release('o2', reservation);
  assert.equal((await hand.operation('o2')).ok, true);
  await hand.until(
    'the whole offer',
    (event): event is typeof event => event.type === 'offer' && event.offer.memoryMiB === before.memoryMiB,
  );
};

const volumesStay: Case = async ({ hand }) => {
  const reservation = reserve(first(hand), 'r1', { volume: true });
  const run = async (id: string, cmd: string) => {
    hand.session.launch({ operationId: `o-${id}`, reservation, tasks: [task(id, cmd)] });
    assert.equal((await hand.operation(`o-${id}`)).ok, true);
    return hand.state(id, 'FINISHED');
  };
  await run('writer', 'echo kept > data/file; echo lost > file');
  await run('reader', 'grep -q kept data/file && test ! -e file');
  hand.session.release('o-release', reservation);
  assert.equal((await hand.operation('o-release')).ok, true);
  await run('fresh', 'test ! -e data/file');
};

const releaseRefused: Case = async ({ hand }) => {
  const { reservation } = await start(hand, 'a', 'exec sleep 60');
  await hand.state('a', 'RUNNING');
  hand.session.release('r', reservation);
  const { ok, reason } = await hand.operation('r');
  assert.equal(ok, false);
  assert.match(reason ?? '', /runs/);
  hand.session.kill('a', 0);
  await hand.state('a', 'KILLED');
  hand.session.release('r2', reservation);
  assert.equal((await hand.operation('r2')).ok, true);
  // The same once more is as good: an answer may have been lost.
  hand.session.release('r3', reservation);
  assert.equal((await hand.operation('r3')).ok, true);
};

const oneOfASet: Case = async ({ hand }) => {
  const { reservation } = await start(hand, 'a', 'exec sleep 60');
  hand.session.launch({ operationId: 'second', reservation, tasks: [task('b', 'exec sleep 60')] });
  assert.equal((await hand.operation('second')).ok, false);
};

const unknownUser: Case = async ({ hand }) => {
  const reservation = reserve(first(hand), 'r1');
  const stranger = task('a', 'true', { user: 'nobody-has-this-name' });
  hand.session.launch({ operationId: 'o1', reservation, tasks: [stranger] });
  const { ok, reason } = await hand.operation('o1');
  assert.equal(ok, false);
  assert.match(reason ?? '', /nobody-has-this-name/);
};

export const resourceCases: Readonly<Record<string, Case>> = {
  'more memory than there is is refused, and nothing is reserved': noMemory,
  'more cpus than there are are refused': noCpus,
  'a port that another reservation has is refused': reservedPort,
  'offers tell what is left': offersShrink,
  'a volume outlives its tasks and ends with its reservation': volumesStay,
  'a release is refused while a task runs': releaseRefused,
  'two tasks of one resource set never run at once': oneOfASet,
  'a user that the agent does not have is refused': unknownUser,
};
