import assert from 'node:assert/strict';
import test from 'node:test';
import type { MetadataPartition } from '../client/api/metadata.ts';
import { merge, type SingleView } from './view.ts';

type Told = {
  readonly up: readonly number[];
  readonly fenced?: readonly number[];
  readonly partition?: Partial<MetadataPartition>;
};

const view = ({ up, fenced = [], partition }: Told): SingleView => {
  const place = (id: number) => ({ id, host: `host-${id}`, port: 9092, rack: null });
  const full = { errorCode: 0, index: 0, leader: 0, leaderEpoch: 1, replicas: [0, 1, 2], isr: [0, 1, 2], offline: [] };
  return {
    metadata: {
      brokers: up.map(place),
      clusterId: 'c',
      controllerId: 0,
      topics: [{ errorCode: 0, name: 'orders', internal: false, partitions: [{ ...full, ...partition }] }],
    },
    cluster: {
      errorCode: 0,
      errorMessage: null,
      clusterId: 'c',
      nodes: [
        ...up.map((id) => ({ ...place(id), fenced: false })),
        ...fenced.map((id) => ({ ...place(id), fenced: true })),
      ],
    },
  };
};

test('a broker is up when everyone says so, and seen when anyone does', () => {
  const merged = merge([view({ up: [0, 1] }), view({ up: [1, 2] })]);
  assert.deepEqual([...merged.up], [1]);
  assert.deepEqual(
    [...merged.seen.keys()].toSorted((a, b) => a - b),
    [0, 1, 2],
  );
});

test('whom one calls fenced is not up', () => {
  const merged = merge([view({ up: [0, 1] }), view({ up: [0], fenced: [1] })]);
  assert.deepEqual([...merged.up], [0]);
  assert.deepEqual([...merged.fenced], [1]);
});

test('where views differ, fewer replicas are in sync', () => {
  const [partition] = merge([
    view({ up: [0, 1, 2], partition: { isr: [0, 1, 2], leader: 0, leaderEpoch: 1 } }),
    view({ up: [0, 1, 2], partition: { isr: [1, 2], leader: 1, leaderEpoch: 2 } }),
  ]).partitions;
  assert.deepEqual(partition?.isr, [1, 2]);
  assert.equal(partition?.leader, 1);
});

test('a partition that anyone calls offline has no leader', () => {
  const told = [view({ up: [0], partition: { leader: -1, leaderEpoch: 3 } }), view({ up: [0] })];
  assert.equal(merge(told).partitions[0]?.leader, -1);
});

test('nobody told anything', () => {
  const merged = merge([]);
  assert.equal(merged.up.size + merged.seen.size + merged.partitions.length, 0);
});
