/** A scheduler that comes back, after itself or the engine was away. */
import assert from 'node:assert/strict';
import { service } from './cluster.ts';
import type { Case } from './cluster.ts';
import { reserve, takeHand, task } from './hand.ts';
import { start } from './lifecycle.ts';

const unknownIsLost: Case = async ({ hand }) => {
  hand.session.reconcile(['never-was'], []);
  await hand.state('never-was', 'LOST');
};

const unlistedEnds: Case = async ({ hand, engine }) => {
  const [before] = engine.agents();
  const { reservation } = await start(hand, 'kept', 'exec sleep 60');
  await start(hand, 'orphan', 'exec sleep 60');
  await hand.state('kept', 'RUNNING');
  await hand.state('orphan', 'RUNNING');
  hand.forget();
  hand.session.reconcile(['kept'], [reservation.id]);
  assert.equal((await hand.state('kept', 'RUNNING')).ready, true);
  await hand.state('orphan', 'KILLED');
  await hand.until(
    'the resources of the orphan',
    (event): event is typeof event =>
      event.type === 'offer' && event.offer.memoryMiB === (before?.offer.memoryMiB ?? 0) - 64,
  );
};

const unlistedDataStays: Case = async ({ hand }) => {
  const [offer] = hand.offers();
  assert.ok(offer);
  const reservation = reserve(offer, 'r', { volume: true });
  const launch = async (id: string, cmd: string): Promise<void> => {
    hand.session.launch({ operationId: id, reservation, tasks: [task(id, cmd)] });
    assert.equal((await hand.operation(id)).ok, true);
    await hand.state(id, 'RUNNING');
  };
  await launch('writes', 'echo kept > data/file; exec sleep 60');
  const read = async (id: string): Promise<string> => (await hand.session.exec(id, ['cat', 'data/file'])).stdout.trim();
  for (let tries = 0; tries < 100 && (await read('writes')) !== 'kept'; tries += 1);
  hand.session.reconcile([], []);
  await hand.state('writes', 'KILLED');
  await launch('reads', 'exec sleep 60');
  assert.equal(await read('reads'), 'kept');
};

const reopened: Case = async ({ hand, engine, reopen }) => {
  const { reservation: one } = await start(hand, 'lives', 'exec sleep 60');
  const { reservation: two } = await start(hand, 'ends', 'sleep 1; exit 4');
  await hand.state('lives', 'RUNNING');
  await hand.state('ends', 'RUNNING');
  await engine.close();
  await new Promise((resolve) => setTimeout(resolve, 1_300));
  const again = await reopen();
  const second = await takeHand(again, service);
  second.session.reconcile(['lives', 'ends'], [one.id, two.id]);
  assert.equal((await second.state('lives', 'RUNNING')).ready, true);
  assert.equal((await second.state('ends', 'FAILED')).exit?.code, 4);
  assert.equal((await second.session.exec('lives', ['true'])).exitCode, 0);
  second.session.kill('lives', 0);
  await second.state('lives', 'KILLED');
  for (const reservation of [one, two]) {
    second.session.release(`release-${reservation.id}`, reservation);
    assert.equal((await second.operation(`release-${reservation.id}`)).ok, true);
  }
};

const staysReady: Case = async ({ hand, engine, reopen }) => {
  const readiness = { cmd: 'test ! -e shut', intervalMs: 50, timeoutMs: 1_000, delayMs: 0 };
  const { reservation } = await start(hand, 'a', 'sleep 0.8; touch shut; exec sleep 60', { readiness });
  await hand.status('a', (status) => status.ready, 'ready');
  await new Promise((resolve) => setTimeout(resolve, 900));
  await engine.close();
  const second = await takeHand(await reopen(), service);
  second.session.reconcile(['a'], [reservation.id]);
  assert.equal((await second.state('a', 'RUNNING')).ready, true);
};

const purged: Case = async ({ hand }) => {
  const { reservation } = await start(hand, 'a', 'exec sleep 60');
  await hand.state('a', 'RUNNING');
  await assert.rejects(hand.session.purge(), 'not while something is there');
  hand.session.kill('a', 0);
  await hand.state('a', 'KILLED');
  hand.session.release('r', reservation);
  await hand.operation('r');
  await hand.session.purge();
  hand.forget();
  hand.session.reconcile(['a'], []);
  await hand.state('a', 'LOST');
};

export const recoveryCases: Readonly<Record<string, Case>> = {
  'a task that the engine never had is LOST': unknownIsLost,
  'tasks and reservations that nobody lists are ended': unlistedEnds,
  'volumes that nobody lists are kept': unlistedDataStays,
  'an engine that is opened again knows what runs and what ended meanwhile': reopened,
  'a task that was ready stays ready for the next engine': staysReady,
  'a purge leaves nothing, and waits for the release': purged,
};
