import assert from 'node:assert/strict';
import { test } from 'node:test';
import { skeleton } from '../../test/skeleton.ts';
import { modelOf, ratesOf } from './model.ts';
import type { BrokerReading, Reading } from './read.ts';

const partition = (index: number, leader: number, replicas: readonly number[] = [0, 1]) => ({
  topic: 'a',
  index,
  leader,
  replicas,
  isr: replicas,
});

type Sizes = Readonly<Record<string, Readonly<Record<number, number>>>>;

const reading = (
  atMs: number,
  sizes: Sizes,
  ends: Readonly<Record<string, number>>,
  more: Partial<Reading> = {},
): Reading => ({
  atMs,
  partitions: Object.keys(sizes).map((_, index) => partition(index, 0)),
  brokers: [
    { id: 0, up: true, cordoned: false },
    { id: 1, up: true, cordoned: false },
  ],
  sizes: new Map(
    Object.entries(sizes).map(([name, own]) => [
      name,
      new Map(Object.entries(own).map(([id, size]) => [Number(id), size])),
    ]),
  ),
  ends: new Map(Object.entries(ends).map(([name, end]) => [name, BigInt(end)])),
  silent: [],
  ...more,
});

const service = async () => ({ spec: await skeleton({ combined: true, brokers: 2, controllers: 1 }) });

test('the size is that of the leader; where it does not tell, the largest; else it is not known', async () => {
  const now = reading(0, { 'a-0': { 0: 10, 1: 12 }, 'a-1': { 1: 7 }, 'a-2': {} }, {});
  const { partitions, notes, leaders } = modelOf(await service(), now);
  assert.deepEqual(
    partitions.map(({ sizeBytes }) => sizeBytes),
    [10, 7, undefined],
  );
  assert.ok(partitions.every(({ inBytes, outBytes }) => inBytes === undefined && outBytes === undefined));
  assert.match(notes.join(), /looked at only once/);
  assert.equal(leaders.get('a-0'), 0);
});

test('rates are those of the leader, also when another one leads by now; what cannot be known is missing', () => {
  const before = reading(
    1_000,
    { 'a-0': { 0: 10 }, 'a-1': { 0: 10 }, 'a-2': { 0: 50 }, 'a-3': { 0: 10, 1: 2 }, 'a-4': { 0: 10 } },
    { 'a-0': 5, 'a-1': 5, 'a-2': 5, 'a-3': 5, 'a-4': 9 },
  );
  const after = reading(
    3_000,
    { 'a-0': { 0: 30 }, 'a-1': { 0: 10 }, 'a-2': { 0: 20 }, 'a-3': { 0: 14, 1: 14 }, 'a-4': { 0: 3 } },
    { 'a-0': 7, 'a-1': 5, 'a-2': 9, 'a-3': 6, 'a-4': 1 },
  );
  const partitions = after.partitions.map((each) => (each.index === 3 ? { ...each, leader: 1 } : each));
  // a-2: old segments went. a-4: it was made anew.
  assert.deepEqual(
    [...ratesOf({ ...after, partitions }, before)],
    [
      ['a-0', 10],
      ['a-1', 0],
      ['a-3', 2],
    ],
  );
  assert.equal(ratesOf(before, before).size, 0, 'no time has passed');
});

test('brokers: away is broken, cordoned is so; of the disk and the volume the smaller counts', async () => {
  const brokers: readonly BrokerReading[] = [
    { id: 0, rack: 'x', up: true, cordoned: false, totalBytes: 1_000 },
    { id: 1, up: true, cordoned: true, totalBytes: 1e15 },
    { id: 2, up: false, cordoned: false },
  ];
  const { spec } = await service();
  const volumes = [100, 200].map((sizeMiB) => ({ path: `kafka-data-${sizeMiB}`, type: 'ROOT', sizeMiB }) as const);
  const pods = spec.pods.map((pod) => ({
    ...pod,
    resourceSets: pod.resourceSets.map((set) => ({ ...set, volumes: pod.name === 'broker' ? volumes : [] })),
  }));
  const own = { spec: { ...spec, pods } };
  const given = 300 * 2 ** 20;
  const model = modelOf(own, reading(0, {}, {}, { brokers, silent: ['broker 9 (timeout)'] }));
  assert.deepEqual(model.brokers, [
    { id: 0, state: 'alive', rack: 'x', diskBytes: 1_000 },
    { id: 1, state: 'cordoned', diskBytes: given },
    { id: 2, state: 'broken', diskBytes: given },
  ]);
  assert.match(
    model.notes.join('\n'),
    /1 broker did not tell of disks: broker 9 \(timeout\)\nnot in the cluster now: broker 2/,
  );
});
