/** Scripts written for dcos-commons find what they call; docs/api.md says what differs in the answers. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { routes } from './routes.ts';

const calls = [
  'GET plans',
  'GET plans/{plan}',
  'POST plans/{plan}/start',
  'POST plans/{plan}/stop',
  'POST plans/{plan}/continue',
  'POST plans/{plan}/interrupt',
  'POST plans/{plan}/forceComplete',
  'POST plans/{plan}/restart',
  'GET plan',
  'POST plan/continue',
  'POST plan/interrupt',
  'POST plan/forceComplete',
  'POST plan/restart',
  'GET pod',
  'GET pod/status',
  'GET pod/{p}/status',
  'GET pod/{p}/info',
  'POST pod/{p}/restart',
  'POST pod/{p}/replace',
  'POST pod/{p}/pause',
  'POST pod/{p}/resume',
  'GET state/frameworkId',
  'GET state/properties',
  'GET state/properties/{k}',
  'GET state/files',
  'GET state/files/{name}',
  'PUT state/files/{name}',
  'GET state/zone/tasks',
  'GET state/zone/tasks/{task}',
  'GET state/zone/{pod}/{ip}',
  'PUT state/refresh',
  'GET configurations',
  'GET configurations/{id}',
  'GET configurations/targetId',
  'GET configurations/target',
  'GET endpoints',
  'GET endpoints/{name}',
  'GET artifacts/template/{configId}/{pod}/{task}/{config}',
  'GET health',
  'GET metrics',
  'GET metrics/prometheus',
  'GET debug/plans',
  'GET debug/taskStatuses',
  'GET debug/reservations',
  'GET debug/offers',
];

const shape = (path: string): string => path.replaceAll(/\{\w+\}/g, '{}');
const served = routes.map(({ method, path }) => `${method} ${shape(path)}`);

test('every call of dcos-commons is served below the name of the service', () => {
  const missing = calls.filter((call) => {
    const [method, path = ''] = call.split(' ');
    return !served.includes(`${method} /service/{}/v1/${shape(path)}`);
  });
  assert.deepEqual(missing, []);
});

test('the more special of two paths that both fit comes first', () => {
  for (const [special, general] of [
    ['/configurations/targetId', '/configurations/{}'],
    ['/pod/status', '/pod/{}/status'],
    ['/state/zone/tasks/{}', '/state/zone/{}/{}'],
  ] as const) {
    const at = (path: string): number => served.indexOf(`GET /service/{}/v1${path}`);
    assert.ok(at(special) >= 0 && at(special) < at(general), special);
  }
});

test('docs/api.md tells of each of them', () => {
  const text = readFileSync(join(import.meta.dirname, '../../../docs/api.md'), 'utf8');
  const table = text.slice(text.indexOf('| call'));
  const untold = calls.filter((call) => {
    const words = shape(call.split(' ')[1] ?? '').split('/');
    const last = words.findLast((word) => word !== '{}') ?? '';
    return !new RegExp(`\\b${last}\\b`).test(table);
  });
  assert.deepEqual(untold, []);
});
