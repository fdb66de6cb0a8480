import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ledger } from '@warder/sim/kit';
import type { Truth } from '@warder/sim/kit';
import type { Kafka } from '../model/kafka.ts';
import { canary } from './canary.ts';

const launch = (id: string, status: string, attempts: number, more: object = {}) => ({
  id,
  runId: 'run-1',
  status,
  attempts,
  work: { kind: 'launch', instance: `broker-${id.at(-1)}` },
  ...more,
});
const judge = (status: string) => ({
  id: 'run-1.1.0',
  runId: 'run-1',
  status,
  attempts: 0,
  work: { kind: 'wait', probe: 'canary', instance: 'broker-0' },
});
const phases = [
  { name: 'canary', stepIds: ['run-1.0.0'] },
  { name: 'judgement', stepIds: ['run-1.1.0'] },
  { name: 'broker', stepIds: ['run-1.2.1', 'run-1.2.2'] },
];
const run = { id: 'run-1', plan: 'update', fromConfigId: 'config-1', cause: { by: 'person', text: '' }, phases };
const goesBack = {
  'run/run-1': { ...run, ended: { how: 'ROLLED_BACK', by: 'warder', ms: 5 } },
  'run/run-2': { ...run, id: 'run-2', createdMs: 5, cause: { by: 'warder', text: 'rolls back' }, phases: [] },
};

/** Only the records of the store are looked at here, no Kafka. */
function scene() {
  const ledger = new Ledger('kafka');
  const said: string[] = [];
  const checker = canary({ ledger, nowMs: () => 0 } as unknown as Truth, {} as unknown as Kafka, (text) => {
    said.push(text);
  });
  const commit = (changes: Readonly<Record<string, unknown>>): readonly string[] => {
    const written = ledger.read(
      Object.entries(changes).map(([path, value]) => ({ path: ledger.prefix + path, value })),
    );
    ledger.apply(written);
    checker.committed?.(written);
    return said.splice(0);
  };
  commit({
    'run/run-1': run,
    'step/run-1.0.0': launch('run-1.0.0', 'COMPLETE', 1),
    'step/run-1.1.0': judge('COMPLETE'),
    'step/run-1.2.1': launch('run-1.2.1', 'PENDING', 0),
    'step/run-1.2.2': launch('run-1.2.2', 'PENDING', 0),
  });
  return commit;
}

test('one that goes back by itself has restarted no other', () => {
  const commit = scene();
  assert.deepEqual(commit({ 'step/run-1.2.1': launch('run-1.2.1', 'STARTED', 1) }), []);
  assert.match(commit(goesBack).join(), /run-1 goes back, and has restarted broker-1/);
});

test('who had followed it before a person asked for it again goes back with it, and nobody else', () => {
  const restartedMs = 3;
  for (const [follows, complaint] of [
    [false, /^$/],
    [true, /run-1.2.2 restarts broker-2, and the canary was not .*, run-1 goes back, and has restarted broker-2$/],
  ] as const) {
    const commit = scene();
    commit({ 'step/run-1.2.1': launch('run-1.2.1', 'PREPARED', 0) });
    const again = {
      'step/run-1.0.0': launch('run-1.0.0', 'PENDING', 0, { restartedMs }),
      'step/run-1.1.0': { ...judge('PENDING'), restartedMs },
      'step/run-1.2.1': launch('run-1.2.1', 'PREPARED', 0, { restartedMs }),
      'step/run-1.2.2': launch('run-1.2.2', 'PENDING', 0, { restartedMs }),
    };
    const said = [
      ...commit(again),
      ...commit({ 'step/run-1.2.1': launch('run-1.2.1', 'STARTED', 1, { restartedMs }) }),
      ...(follows ? commit({ 'step/run-1.2.2': launch('run-1.2.2', 'PREPARED', 1, { restartedMs }) }) : []),
      ...commit(goesBack),
    ];
    assert.match(said.join(', '), complaint);
  }
});
