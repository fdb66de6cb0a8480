import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Action, Event } from '@warder/core';
import { Meter } from './meter.ts';

test('counts what it was told, what it wanted done, and how long it thought about it', () => {
  const meter = new Meter();
  const status = { taskId: 't', agentId: 'a', state: 'RUNNING', ready: true } as const;
  const told: readonly Event[] = [
    { type: 'status', status },
    { type: 'status', status: { ...status, state: 'FAILED' } },
    { type: 'request', requestId: 'r', by: 'ann', request: { type: 'uninstall' } },
    { type: 'tick' },
  ];
  const kill: Action = { type: 'kill', taskId: 't', agentId: 'a', graceMs: 0 };
  const changes = new Map([['task/a/b', {}]]);
  for (const event of told) meter.decided(event, { changes, actions: [kill] }, 2);
  meter.decided({ type: 'started' }, { changes: new Map(), actions: [] }, 7);
  const found = meter
    .metrics()
    .map(({ name, labels = {}, value }) => [name, ...Object.values(labels), value].join(' '));
  assert.deepEqual(found, [
    'warder_events_total status 2',
    'warder_events_total request 1',
    'warder_events_total tick 1',
    'warder_events_total started 1',
    'warder_task_statuses_total RUNNING 1',
    'warder_task_statuses_total FAILED 1',
    'warder_requests_total uninstall 1',
    'warder_actions_total kill 4',
    'warder_records_written_total 4',
    'warder_decide_seconds_total 0.015',
    'warder_decide_seconds_max 0.007',
  ]);
});
