import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Entry } from './ledger.ts';
import { freeOf, misfit, openLedger } from './ledger.ts';

const total = { cpus: 2, memoryMiB: 1000, diskMiB: 100 };

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
  const free = freeOf(total, entries, new Set([32_767]));
  assert.deepEqual(free, {
    cpus: 1.7,
    memoryMiB: 700,
    diskMiB: 60,
    ports: [
      { begin: 1026, end: 1999 },
      { begin: 2001, end: 32_766 },
    ],
  });
});

test('each resource that is short is named', () => {
  const others = [entry('a', { cpus: 1.5, memoryMiB: 900, port: 4000, sizeMiB: 90 })];
  const wanted = (set: Parameters<typeof entry>[1]) => misfit(entry('b', set).reservation, total, others);
  assert.equal(wanted({ cpus: 0.5, memoryMiB: 100, port: 4001, sizeMiB: 10 }), undefined);
  assert.equal(wanted({ cpus: 0.6 }), 'agent-0 has 0.5 cpus free, 0.6 are needed');
  assert.equal(wanted({ memoryMiB: 101 }), 'agent-0 has 100 MiB memory free, 101 are needed');
  assert.equal(wanted({ sizeMiB: 11 }), 'agent-0 has 10 MiB disk free, 11 are needed');
  assert.equal(wanted({ port: 4000 }), 'port 4000 of agent-0 is reserved by a');
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
