import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createContext } from '../context.ts';
import { createService } from '../decide.ts';
import { exampleConfig, exampleOffer, examplePod, exampleSet } from '../example.ts';
import type { InstanceRecord, Reservation } from '../record/instance.ts';
import type { PodSpec } from '../spec/pod.ts';
import type { VolumeSpec } from '../spec/resource.ts';
import { emptyState } from '../state.ts';
import { putConfig, putInstance } from '../write.ts';
import { place, resize, untake } from './evaluate.ts';
import type { Placement } from './evaluate.ts';
import type { Offer } from './offer.ts';

const mount = (path: string, sizeMiB: number, profiles?: readonly string[]): VolumeSpec => ({
  path,
  type: 'MOUNT',
  sizeMiB,
  ...(profiles === undefined ? {} : { profiles }),
});

const withVolumes = (...volumes: readonly VolumeSpec[]): PodSpec =>
  examplePod({ resourceSets: [exampleSet({ volumes })] });

function world(offers: readonly Offer[], region?: string) {
  const state = emptyState();
  createService(state, { name: 'example', uid: '0'.repeat(32), packageName: 'example' }, 1);
  const context = createContext(state, 1);
  const { spec, ...rest } = exampleConfig();
  const service = region === undefined ? spec : { ...spec, region };
  putConfig(context, { ...rest, spec: service, id: 'config-1', createdMs: 1 });
  for (const offer of offers) state.offers.set(offer.agentId, offer);
  let count = 0;
  return {
    context,
    state,
    place: (pod: PodSpec): Placement => {
      const index = count++;
      const name = `${pod.name}-${index}`;
      const instance: InstanceRecord = { name, pod: pod.name, index, configId: 'config-1', liveConfigId: 'config-1' };
      const placement = place(context, instance, pod, `example__${name}__1`);
      if ('reservation' in placement) putInstance(context, { ...instance, reservation: placement.reservation });
      return placement;
    },
    resize: (held: Reservation, pod: PodSpec): ReturnType<typeof resize> => {
      const instance = state.instances.get(held.instance);
      assert.ok(instance !== undefined);
      return resize(context, instance, held, pod);
    },
  };
}

const reasonOf = (placement: object): string => {
  assert.ok('reason' in placement && typeof placement.reason === 'string', 'a place was found');
  return placement.reason;
};

const placeOf = (placement: object & Partial<{ readonly reservation: Reservation; readonly reason: string }>) => {
  assert.ok(placement.reservation !== undefined, placement.reason ?? 'no place');
  return placement.reservation;
};

test('instances are spread over the agents, and then go where most memory is free', () => {
  const { place: one } = world([
    exampleOffer('a', { memoryMiB: 4_000 }),
    exampleOffer('b', { memoryMiB: 8_000 }),
    exampleOffer('c', { memoryMiB: 2_000 }),
  ]);
  const pod = examplePod();
  const agents = [1, 2, 3, 4].map(() => placeOf(one(pod)).agentId);
  assert.deepEqual(agents, ['b', 'a', 'c', 'b']);
});

test('every amount is enough, or says how much is missing', () => {
  const rows: readonly (readonly [Partial<Offer>, RegExp])[] = [
    [{ cpus: 0.4 }, /needs 0.5 cpus, 0.4 free/],
    [{ memoryMiB: 255 }, /needs 256 MiB memory, 255 MiB free/],
    [{ diskMiB: 99 }, /needs 100 MiB disk, 99 MiB free/],
    [{ gpus: 1 }, /needs 2 gpus, 1 free/],
    [{}, /needs 2 gpus, 0 free/],
    [{ gpus: 2, ports: [] }, /port any for client is not free/],
    [{ gpus: 2, state: 'down' }, /a is down/],
  ];
  const pod = examplePod({ resourceSets: [exampleSet({ gpus: 2 })] });
  for (const [change, reason] of rows) assert.match(reasonOf(world([exampleOffer('a', change)]).place(pod)), reason);
  const fits = world([exampleOffer('a', { cpus: 0.5, memoryMiB: 256, diskMiB: 100, gpus: 2 })]);
  assert.equal(placeOf(fits.place(pod)).sets[0]?.gpus, 2);
  assert.deepEqual(fits.state.offers.get('a')?.gpus, 0, 'what is taken is not there for the next');
});

test('limits are no part of what is reserved', () => {
  const pod = examplePod({ resourceSets: [exampleSet({ limits: { cpus: 64, memoryMiB: 'unlimited' } })] });
  placeOf(world([exampleOffer('a', { cpus: 0.5, memoryMiB: 256 })]).place(pod));
});

test('a MOUNT volume takes the smallest disk that fits, whole', () => {
  const disks = [
    { id: 'large', sizeMiB: 9_000 },
    { id: 'small', sizeMiB: 400 },
    { id: 'middle', sizeMiB: 600 },
  ];
  const cluster = world([exampleOffer('a', { diskMiB: 0, disks })]);
  const { sets } = placeOf(cluster.place(withVolumes(mount('data', 500), mount('log', 100))));
  assert.deepEqual(
    sets[0]?.volumes.map(({ path, diskId, sizeMiB }) => [path, diskId, sizeMiB]),
    [
      ['data', 'middle', 500],
      ['log', 'small', 100],
    ],
  );
  assert.deepEqual(
    cluster.state.offers.get('a')?.disks?.map(({ id }) => id),
    ['large'],
  );
  assert.match(
    reasonOf(cluster.place(withVolumes(mount('data', 9_001)))),
    /a has no disk of 9001 MiB left for data; free disks: 9000 MiB/,
  );
});

test('any one of the profiles is enough, and a disk without a profile has none of them', () => {
  const disks = [
    { id: 'plain', sizeMiB: 1_000 },
    { id: 'fast', sizeMiB: 2_000, profile: 'nvme' },
  ];
  const cluster = world([exampleOffer('a', { disks })]);
  const pod = withVolumes(mount('data', 500, ['ssd', 'nvme']));
  assert.equal(placeOf(cluster.place(pod)).sets[0]?.volumes[0]?.diskId, 'fast');
  assert.match(reasonOf(cluster.place(pod)), /profile ssd or nvme left for data; free disks: 1000 MiB/);
});

test('a volume that could have any disk leaves the only one that another can have', () => {
  const disks = [
    { id: 'fast', sizeMiB: 1_000, profile: 'nvme' },
    { id: 'plain', sizeMiB: 2_000 },
  ];
  const pod = withVolumes(mount('log', 100), mount('data', 100, ['nvme']));
  const { sets } = placeOf(world([exampleOffer('a', { disks })]).place(pod));
  assert.deepEqual(
    sets[0]?.volumes.map(({ diskId }) => diskId),
    ['plain', 'fast'],
  );
});

test('an agent that knows nothing of disks gives a share of its ordinary one, but not where a profile is asked for', () => {
  const { sets } = placeOf(world([exampleOffer('a', { diskMiB: 500 })]).place(withVolumes(mount('data', 500))));
  assert.equal(sets[0]?.volumes[0]?.diskId, undefined);
  assert.match(reasonOf(world([exampleOffer('a', { diskMiB: 499 })]).place(withVolumes(mount('data', 500)))), /disk/);
  assert.match(reasonOf(world([exampleOffer('a')]).place(withVolumes(mount('data', 500, ['nvme'])))), /nvme/);
  const used = world([exampleOffer('a', { disks: [] })]);
  assert.match(reasonOf(used.place(withVolumes(mount('data', 500)))), /free disks: none/, 'its disks are all taken');
});

test('volumes of the pod are reserved beside those of its sets', () => {
  const pod = examplePod({ volumes: [{ path: 'data', type: 'ROOT', sizeMiB: 300 }] });
  const cluster = world([exampleOffer('a', { diskMiB: 400 })]);
  const { volumes, sets } = placeOf(cluster.place(pod));
  assert.deepEqual(
    volumes?.map(({ path, sizeMiB }) => [path, sizeMiB]),
    [['data', 300]],
  );
  assert.notEqual(volumes?.[0]?.id, sets[0]?.volumes[0]?.id, 'the same path is another volume');
  assert.equal(cluster.state.offers.get('a')?.diskMiB, 0);
});

test('ports are chosen from their ranges', () => {
  const ports = (begin: number, end: number) => [
    { name: 'client', port: 0, advertise: false, ranges: [{ begin, end }] },
    { name: 'peer', port: 0, advertise: false, ranges: [{ begin, end: begin }] },
  ];
  const pod = (begin: number, end: number): PodSpec =>
    examplePod({ resourceSets: [exampleSet({ ports: ports(begin, end) })] });
  const { sets } = placeOf(world([exampleOffer('a')]).place(pod(31_100, 31_101)));
  assert.deepEqual(sets[0]?.ports, { client: 31_101, peer: 31_100 }, 'the one that can have either gives way');
  assert.match(reasonOf(world([exampleOffer('a')]).place(pod(31_100, 31_100))), /port 31100-31100 for .* is not free/);
  assert.match(reasonOf(world([exampleOffer('a')]).place(pod(80, 90))), /port 80-90 for client is not free/);
});

test('a port from before is asked for again where its ranges still allow it', () => {
  const pod = (begin: number): PodSpec => {
    const ports = [{ name: 'client', port: 0, advertise: false, ranges: [{ begin, end: 31_900 }] }];
    return examplePod({ resourceSets: [exampleSet({ ports })] });
  };
  const again = (begin: number): unknown => {
    const { context } = world([exampleOffer('a')]);
    const known = { name: 'node-0', pod: 'node', index: 0, configId: 'config-1', liveConfigId: 'config-1' };
    const placement = place(context, { ...known, lastPorts: { client: 31_500 } }, pod(begin), 'r-1');
    return placeOf(placement).sets[0]?.ports;
  };
  assert.deepEqual(again(31_100), { client: 31_500 });
  assert.deepEqual(again(31_600), { client: 31_600 });
});

test('an agent that is set aside for a role is for that role alone', () => {
  const both = [exampleOffer('free', { memoryMiB: 9_000 }), exampleOffer('public', { role: 'slave_public' })];
  assert.equal(placeOf(world(both).place(examplePod({ preReservedRole: 'slave_public' }))).agentId, 'public');
  assert.equal(placeOf(world(both).place(examplePod())).agentId, 'free');
  assert.match(reasonOf(world(both.slice(1)).place(examplePod())), /public is set aside for the role slave_public/);
  const lacking = world(both.slice(0, 1)).place(examplePod({ preReservedRole: 'slave_public' }));
  assert.match(reasonOf(lacking), /free is not set aside for a role, needs the role slave_public/);
});

test('nothing new comes to a cordoned or drained agent', () => {
  for (const maintenance of ['cordoned', 'drained'] as const) {
    assert.match(reasonOf(world([exampleOffer('a', { maintenance })]).place(examplePod())), new RegExp(maintenance));
  }
});

test('what has its place may be resized on a cordoned agent, and waits on a drained one', () => {
  const cluster = world([exampleOffer('a')]);
  const held = placeOf(cluster.place(examplePod()));
  const larger = examplePod({ resourceSets: [exampleSet({ memoryMiB: 512 })] });
  const offer = cluster.state.offers.get('a');
  assert.ok(offer !== undefined);
  cluster.state.offers.set('a', { ...offer, maintenance: 'drained' });
  assert.match(reasonOf(cluster.resize(held, larger)), /a is drained for maintenance/);
  assert.match(reasonOf(cluster.resize(held, examplePod())), /nothing starts on it until it is given back/);
  cluster.state.offers.set('a', { ...offer, maintenance: 'cordoned' });
  assert.deepEqual(cluster.resize(held, examplePod()), { none: true });
  const resized = cluster.resize(held, larger);
  assert.ok('reservation' in resized);
  assert.equal(resized.reservation.sets[0]?.memoryMiB, 512);
  assert.deepEqual(resized.reservation.sets[0]?.ports, held.sets[0]?.ports, 'its ports stay');
});

test('a resize that only moves resources between sets is one', () => {
  const pod = (first: number, second: number): PodSpec =>
    examplePod({ resourceSets: [first, second].map((cpus, at) => exampleSet({ name: `set-${at}`, cpus, ports: [] })) });
  const cluster = world([exampleOffer('a')]);
  const held = placeOf(cluster.place(pod(1, 2)));
  const resized = cluster.resize(held, pod(2, 1));
  assert.ok('reservation' in resized);
  assert.deepEqual(
    resized.reservation.sets.map(({ cpus }) => cpus),
    [2, 1],
  );
});

test('a port outside of its new ranges is chosen anew, one inside stays', () => {
  const pod = (begin: number): PodSpec =>
    examplePod({
      resourceSets: [
        exampleSet({ ports: [{ name: 'client', port: 0, advertise: false, ranges: [{ begin, end: 31_900 }] }] }),
      ],
    });
  const cluster = world([exampleOffer('a')]);
  const held = placeOf(cluster.place(pod(31_050)));
  assert.deepEqual(cluster.resize(held, pod(31_010)), { none: true });
  const moved = cluster.resize(held, pod(31_060));
  assert.ok('reservation' in moved);
  assert.deepEqual(moved.reservation.sets[0]?.ports, { client: 31_060 });
});

test('instances whose agent offers nothing now are counted by what it was', () => {
  const rack = (agentId: string): Offer => exampleOffer(agentId, { attributes: { rack: 'r1' } });
  const cluster = world([rack('a')]);
  const pod = examplePod({ placement: { kind: 'max-per', field: 'rack', max: 1 } });
  assert.deepEqual(placeOf(cluster.place(pod)).attributes, { rack: 'r1' });
  cluster.state.offers.delete('a');
  cluster.state.offers.set('b', rack('b'));
  assert.match(reasonOf(cluster.place(pod)), /b: 1 of node on rack r1, at most 1 may be there/);
});

test('the region of the service is one more rule', () => {
  const offers = ['east', 'west'].map((region) => exampleOffer(region, { attributes: { region } }));
  assert.equal(placeOf(world(offers, 'west').place(examplePod())).agentId, 'west');
  const pod = examplePod({ placement: { kind: 'is', field: 'hostname', value: 'east', not: false } });
  const reason = reasonOf(world(offers, 'west').place(pod));
  assert.match(reason, /east: region is east, must be west; west: hostname is west, must be east/);
});

test('what is given back can be taken by the next search', () => {
  const volumes: readonly VolumeSpec[] = [{ path: 'data', type: 'ROOT', sizeMiB: 100 }];
  const pod = examplePod({ volumes, resourceSets: [exampleSet({ gpus: 1 })] });
  const all = exampleOffer('a', { cpus: 0.5, memoryMiB: 256, diskMiB: 200, gpus: 1 });
  const cluster = world([all]);
  const held = placeOf(cluster.place(pod));
  reasonOf(cluster.place(pod));
  untake(cluster.context, held);
  const { ports: _ports, ...free } = cluster.state.offers.get('a') ?? all;
  const { ports: _all, ...whole } = all;
  assert.deepEqual(free, whole);
  placeOf(cluster.place(pod));
});

test('a group whose best agent may not be used is no better than its next', () => {
  const agent = (agentId: string, zone: string, memoryMiB: number): Offer =>
    exampleOffer(agentId, { attributes: { zone }, memoryMiB });
  const cluster = world([agent('a1', 'a', 6_000), agent('b1', 'b', 7_000), agent('b2', 'b', 5_000)]);
  const on = (value: string): PodSpec =>
    examplePod({ name: 'y', placement: { kind: 'is', field: 'hostname', value, not: false } });
  for (const name of ['a1', 'b2']) assert.equal(placeOf(cluster.place(on(name))).agentId, name);
  const rules = [
    { kind: 'max-per' as const, field: 'zone', max: 3 },
    { kind: 'near' as const, pod: 'y', together: true },
  ];
  assert.equal(placeOf(cluster.place(examplePod({ placement: { kind: 'all', rules } }))).agentId, 'a1');
});
