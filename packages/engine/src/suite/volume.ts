/** Volumes of a pod, disks, folders of the host. */
import assert from 'node:assert/strict';
import type { Offer } from '@warder/core';
import { can } from './cluster.ts';
import type { Case } from './cluster.ts';
import { ask, askUntil, firstOffer, launchIn, reserve, reserveSets, task } from './hand.ts';

const ofThePod: Case = async ({ hand }) => {
  const volumes = [{ id: 'pod-volume', path: 'common', type: 'ROOT', sizeMiB: 16 } as const];
  const reservation = { ...reserveSets(firstOffer(hand), 'r', ['one', 'two']), volumes };
  await launchIn(hand, reservation, task('a', 'echo kept > common/file; exec sleep 60', { resourceSet: 'one' }));
  await launchIn(hand, reservation, task('b', 'exec sleep 60', { resourceSet: 'two' }));
  await hand.state('b', 'RUNNING');
  await askUntil(hand, 'b', 'cat common/file', /^kept$/);
  assert.equal((await ask(hand, 'b', 'echo too > common/other')).code, 0);
  for (const id of ['a', 'b']) {
    hand.session.kill(id, 0);
    await hand.state(id, 'KILLED');
  }
  const again = task('c', 'cat common/file common/other; exec sleep 60', { resourceSet: 'one' });
  await launchIn(hand, reservation, again);
  await hand.state('c', 'RUNNING');
  assert.equal((await ask(hand, 'c', 'cat common/file common/other')).out, 'kept\ntoo');
};

const countsAsDisk: Case = async ({ hand, engine }) => {
  const offer = firstOffer(hand);
  const total = engine.agents()[0]?.total.diskMiB ?? 0;
  const volumes = [{ id: 'v', path: 'common', type: 'ROOT', sizeMiB: total + 1 } as const];
  hand.session.launch({ operationId: 'o', reservation: { ...reserve(offer, 'r'), volumes }, tasks: [] });
  assert.match((await hand.operation('o')).reason ?? '', /disk/);
};

const wholeDisk: Case = async ({ hand, context }) => {
  const offer = hand.offers().find(({ disks = [] }) => disks.length > 0);
  const disk = offer?.disks?.[0];
  if (offer === undefined || disk === undefined) return context.skip('no agent of this cluster offers a disk');
  const volume = { id: 'v', path: 'data', type: 'MOUNT', sizeMiB: disk.sizeMiB, diskId: disk.id } as const;
  const reservation = { ...reserve(offer, 'r'), volumes: [volume] };
  const isOffered = ({ disks = [] }: Offer) => disks.some(({ id }) => id === disk.id);
  await launchIn(hand, reservation, task('a', 'echo kept > data/file; exec sleep 60'));
  const withIt = (wanted: boolean) =>
    hand.until(
      `an offer ${wanted ? 'with' : 'without'} the disk`,
      (event): event is typeof event => event.type === 'offer' && isOffered(event.offer) === wanted,
    );
  await withIt(false);
  await hand.state('a', 'RUNNING');
  const other = { ...reserve(offer, 'r2'), volumes: [{ ...volume, id: 'v2' }] };
  hand.session.launch({ operationId: 'second', reservation: other, tasks: [] });
  assert.match((await hand.operation('second')).reason ?? '', /is not free/);
  hand.session.kill('a', 0);
  await hand.state('a', 'KILLED');
  await launchIn(hand, reservation, task('b', 'exec sleep 60'));
  await hand.state('b', 'RUNNING');
  assert.equal((await ask(hand, 'b', 'cat data/file')).out, 'kept');
  hand.session.kill('b', 0);
  await hand.state('b', 'KILLED');
  hand.forget();
  hand.session.release('release', reservation);
  assert.equal((await hand.operation('release')).ok, true);
  await withIt(true);
  await launchIn(hand, other, task('c', 'exec sleep 60'));
  await hand.state('c', 'RUNNING');
  assert.equal((await ask(hand, 'c', 'ls -A data')).out, '', 'nothing of the one before is left');
};

const fromTheHost: Case = async (world) => {
  if (!can(world, 'host-volumes')) return;
  const { hand } = world;
  const hostVolumes = [
    { name: 'near', hostPath: '/etc', containerPath: 'host/etc', mode: 'RO' },
    { name: 'whole', hostPath: '/etc', containerPath: '/host-etc', mode: 'RO' },
  ] as const;
  await launchIn(hand, reserve(firstOffer(hand), 'r'), task('a', 'exec sleep 60', { hostVolumes }));
  await hand.state('a', 'RUNNING');
  const { code } = await ask(hand, 'a', 'test -e host/etc/passwd && test -e /host-etc/passwd');
  assert.equal(code, 0);
  assert.notEqual((await ask(hand, 'a', 'touch host/etc/here')).code, 0);
};

const notOnTheHost: Case = async (world) => {
  if (!can(world, 'host-volumes')) return;
  const { hand } = world;
  const refused = async (id: string, hostPath: string, containerPath: string): Promise<string> => {
    const hostVolumes = [{ name: 'lost', hostPath, containerPath, mode: 'RW' }] as const;
    const tasks = [task(id, 'exec sleep 60', { hostVolumes })];
    hand.session.launch({ operationId: id, reservation: reserve(firstOffer(hand), id), tasks });
    const { ok, reason } = await hand.operation(id);
    assert.equal(ok, false);
    return reason ?? '';
  };
  assert.match(await refused('a', '/no/such/folder', 'x'), /host volume lost: there is no \/no\/such\/folder/);
  assert.match(await refused('b', 'etc', 'x'), /absolute/);
  for (const [at, path] of ['/', '/proc/x', '/sys', '..', '../x', '.'].entries()) {
    assert.match(await refused(`c${at}`, '/etc', path), /cannot be shown/, path);
  }
};

export const volumeCases: Readonly<Record<string, Case>> = {
  'a volume of the pod is that of all its tasks, and outlives them': ofThePod,
  'a volume of the pod takes its share of the disk': countsAsDisk,
  'a disk is taken whole, kept, and empty when it is offered again': wholeDisk,
  'a folder of the host is seen where it is wanted, and read-only if so wanted': fromTheHost,
  'a folder that the host does not have, or that would hide the jail, is refused': notOnTheHost,
};
