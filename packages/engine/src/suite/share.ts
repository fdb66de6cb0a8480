/** What tasks of one pod instance have in common when they ask for it, and others never see. */
import assert from 'node:assert/strict';
import { can } from './cluster.ts';
import type { Case } from './cluster.ts';
import { ask, askUntil, firstOffer, launchIn, reserve, reserveSets, task } from './hand.ts';

const processes = 'cat /proc/[0-9]*/cmdline 2>/dev/null | tr "\\0" " "';
const sets = ['one', 'two', 'three'];

const samePids: Case = async (world) => {
  if (!can(world, 'share-pid')) return;
  const { hand, engine } = world;
  const offer = firstOffer(hand);
  const reservation = reserveSets(offer, 'r', sets);
  const shared = (id: string, set: string, cmd: string) => task(id, cmd, { resourceSet: set, sharePid: true });
  await launchIn(hand, reservation, shared('a', 'one', 'exec sleep 61.5'), shared('b', 'two', 'exec sleep 62.5'));
  await launchIn(hand, reserve(offer, 'other'), task('stranger', 'exec sleep 63.5', { sharePid: true }));
  for (const id of ['a', 'b', 'stranger']) await hand.state(id, 'RUNNING');
  await askUntil(hand, 'a', processes, /sleep 62\.5/);
  await askUntil(hand, 'b', processes, /sleep 61\.5/);
  if (engine.capabilities.isolation.includes('processes')) {
    assert.doesNotMatch((await ask(hand, 'a', processes)).out, /sleep 63\.5/);
  }
  // Whoever was first may go: neither the others nor those who come later need it.
  hand.session.kill('a', 5_000);
  assert.notEqual((await hand.state('a', 'KILLED')).exit?.signal, 'SIGKILL', 'it did not wait for its neighbours');
  await launchIn(hand, reservation, shared('c', 'three', 'exec sleep 64.5'));
  await hand.state('c', 'RUNNING');
  await askUntil(hand, 'c', processes, /sleep 62\.5/);
  assert.doesNotMatch((await ask(hand, 'c', processes)).out, /sleep 61\.5/);
};

const sameEnd: Case = async (world) => {
  if (!can(world, 'share-pid')) return;
  const { hand } = world;
  const reservation = reserveSets(firstOffer(hand), 'r', sets);
  const shared = (id: string, set: string, cmd: string) => task(id, cmd, { resourceSet: set, sharePid: true });
  await launchIn(hand, reservation, shared('a', 'one', 'sleep 65.5 & exit 3'), shared('b', 'two', 'exec sleep 60'));
  assert.equal((await hand.state('a', 'FAILED')).exit?.code, 3);
  await hand.state('b', 'RUNNING');
  assert.doesNotMatch((await ask(hand, 'b', processes)).out, /sleep 65\.5/, 'what it left behind has ended with it');
};

const sameMemory: Case = async (world) => {
  if (!can(world, 'share-ipc')) return;
  const { hand } = world;
  const reservation = reserveSets(firstOffer(hand), 'r', sets);
  const name = `suite-${process.pid}-${Date.now()}`;
  const run = (id: string, set: string, shareIpc: boolean) =>
    task(id, 'exec sleep 60', { resourceSet: set, ...(shareIpc && { shareIpc }) });
  await launchIn(hand, reservation, run('a', 'one', true), run('b', 'two', true), run('private', 'three', false));
  for (const id of ['a', 'b', 'private']) await hand.state(id, 'RUNNING');
  assert.equal((await ask(hand, 'a', `echo seen > /dev/shm/${name}`)).code, 0);
  assert.equal((await ask(hand, 'b', `cat /dev/shm/${name}`)).out, 'seen');
  const namespace = async (id: string) => (await ask(hand, id, 'readlink /proc/self/ns/ipc')).out;
  assert.equal(await namespace('a'), await namespace('b'));
  if (world.engine.capabilities.isolation.includes('processes')) {
    assert.notEqual(await namespace('a'), await namespace('private'));
    assert.notEqual((await ask(hand, 'private', `cat /dev/shm/${name}`)).code, 0);
  }
  hand.session.kill('a', 0);
  await hand.state('a', 'KILLED');
  assert.equal((await ask(hand, 'b', `cat /dev/shm/${name} && rm /dev/shm/${name}`)).out, 'seen');
};

const sizedMemory: Case = async (world) => {
  if (!can(world, 'shm-size')) return;
  const { hand } = world;
  const reservation = reserveSets(firstOffer(hand), 'r', sets);
  const size = 'df -m --output=size /dev/shm | tail -1';
  await launchIn(hand, reservation, task('a', 'exec sleep 60', { resourceSet: 'one', shmSizeMiB: 24 }));
  await hand.state('a', 'RUNNING');
  assert.equal((await ask(hand, 'a', size)).out, '24');
  if (!world.engine.capabilities.features.includes('share-ipc')) return;
  const shared = { resourceSet: 'two', shmSizeMiB: 40, shareIpc: true };
  await launchIn(hand, reservation, task('b', 'exec sleep 60', shared));
  await hand.state('b', 'RUNNING');
  assert.equal((await ask(hand, 'b', size)).out, '40');
};

export const shareCases: Readonly<Record<string, Case>> = {
  'tasks of an instance that share processes see each other, whoever comes and goes': samePids,
  'what a task leaves behind ends with it, also among the processes of others': sameEnd,
  'tasks of an instance that share their memory have one /dev/shm': sameMemory,
  'the size of /dev/shm is as wanted': sizedMemory,
};
