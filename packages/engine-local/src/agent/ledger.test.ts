import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { assignGpus } from './gpu.ts';
import type { Capacity, Entry } from './ledger.ts';
import { freeOf, misfit, openLedger } from './ledger.ts';

const capacity: Capacity = {
  total: { cpus: 2, memoryMiB: 1000, diskMiB: 100 },
  disks: [
    { id: '/mnt/one', sizeMiB: 500 },
    { id: '/mnt/two', sizeMiB: 500, profile: 'fast' },
  ],
  gpus: ['/dev/nvidia0', '/dev/nvidia1'],
};

const entry = (id: string, set: { cpus?: number; memoryMiB?: number; port?: number; sizeMiB?: number }): Entry => ({
  service: 's',
  operationId: `o-${id}`,
  taskIds: [],
  volumes: [],
  reservation: {
    id,
    instance: id,
    agentId: 'agent-0',
    hostname: 'agent-0',
    address: '127.0.0.1',
    sets: [
      {
        name: 'main',
        cpus: set.cpus ?? 0,
        memoryMiB: set.memoryMiB ?? 0,
        ports: set.port === undefined ? {} : { web: set.port },
        volumes: set.sizeMiB === undefined ? [] : [{ id: `v-${id}`, path: 'd', type: 'ROOT', sizeMiB: set.sizeMiB }],
      },
    ],
  },
});

test('what is free is what is not reserved', () => {
  const entries = [
    entry('a', { cpus: 0.1, memoryMiB: 300, port: 1025, sizeMiB: 40 }),
    entry('b', { cpus: 0.2, port: 2000 }),
  ];
  const free = freeOf(capacity, entries, new Set([32_767]));
  assert.deepEqual(free, {
    cpus: 1.7,
    memoryMiB: 700,
    diskMiB: 60,
    disks: capacity.disks,
    gpus: capacity.gpus,
    ports: [
      { begin: 1026, end: 1999 },
      { begin: 2001, end: 32_766 },
    ],
  });
});

test('each resource that is short is named', () => {
  const others = [entry('a', { cpus: 1.5, memoryMiB: 900, port: 4000, sizeMiB: 90 })];
  const wanted = (set: Parameters<typeof entry>[1]) => misfit(entry('b', set).reservation, capacity, others);
  assert.equal(wanted({ cpus: 0.5, memoryMiB: 100, port: 4001, sizeMiB: 10 }), undefined);
  assert.equal(wanted({ cpus: 0.6 }), 'agent-0 has 0.5 cpus free, 0.6 are needed');
  assert.equal(wanted({ memoryMiB: 101 }), 'agent-0 has 100 MiB memory free, 101 are needed');
  assert.equal(wanted({ sizeMiB: 11 }), 'agent-0 has 10 MiB disk free, 11 are needed');
  assert.equal(wanted({ port: 4000 }), 'port 4000 of agent-0 is reserved by a');
});

test('a disk is taken whole, by one reservation, and costs nothing of the shared one', () => {
  const volume = { id: 'v', path: 'd', type: 'MOUNT', sizeMiB: 90, diskId: '/mnt/two' } as const;
  const { reservation, ...rest } = entry('a', { sizeMiB: 20 });
  const holder: Entry = { ...rest, reservation: { ...reservation, volumes: [volume] } };
  const free = freeOf(capacity, [holder]);
  assert.deepEqual(free.disks, [{ id: '/mnt/one', sizeMiB: 500 }]);
  assert.equal(free.diskMiB, 80);
  const wanted = (diskIds: readonly string[]) => {
    const volumes = diskIds.map((diskId, at) => ({ ...volume, id: `w${at}`, diskId }));
    return misfit({ ...entry('b', {}).reservation, volumes }, capacity, [holder]);
  };
  assert.equal(wanted(['/mnt/one']), undefined);
  assert.equal(wanted(['/mnt/two']), 'the disk /mnt/two of agent-0 is not free');
  assert.equal(wanted(['/mnt/one', '/mnt/one']), 'the disk /mnt/one of agent-0 is not free');
  assert.equal(wanted(['/mnt/none']), 'the disk /mnt/none of agent-0 is not free');
});

test('gpus are counted, and a set keeps those that it has', () => {
  const holder: Entry = { ...entry('a', {}), gpus: { main: ['/dev/nvidia1'] } };
  const free = freeOf(capacity, [holder]).gpus;
  assert.deepEqual(free, ['/dev/nvidia0']);
  const set = (name: string, gpus: number) => ({ name, cpus: 0, memoryMiB: 0, gpus, ports: {}, volumes: [] });
  const reservation = (gpus: number) => ({ ...entry('b', {}).reservation, sets: [set('main', gpus)] });
  assert.equal(misfit(reservation(1), capacity, [holder]), undefined);
  assert.equal(misfit(reservation(2), capacity, [holder]), 'agent-0 has 1 gpus free, 2 are needed');
  const both = assignGpus([set('one', 1), set('none', 0), set('two', 1)], capacity.gpus, { two: ['/dev/nvidia0'] });
  assert.deepEqual(both, { one: ['/dev/nvidia1'], two: ['/dev/nvidia0'] });
});

test('it is the same after a restart, and half a file is none', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'warder-ledger-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const ledger = openLedger(folder);
  ledger.put(entry('prod/kafka__broker-0__1', { cpus: 1 }));
  ledger.put(entry('b', {}));
  ledger.remove('b');
  writeFileSync(join(folder, 'half.json'), '{"service": "s", "reser');
  const again = openLedger(folder);
  assert.deepEqual(again.all(), [entry('prod/kafka__broker-0__1', { cpus: 1 })]);
  assert.deepEqual(again.onAgent('agent-1'), []);
  assert.equal(
    readdirSync(folder).some((name) => name.endsWith('.new')),
    false,
  );
});
