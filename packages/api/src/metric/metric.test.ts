import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ended, exampleState, run, step, task } from '../view/example.ts';
import { stateMetrics } from './service.ts';
import { toJson, toPrometheus, withLabel } from './text.ts';
import { Traffic } from './traffic.ts';

test('metrics as Prometheus reads them: one head for a name, labels escaped', () => {
  const metrics = [
    { name: 'a_total', help: 'first\nline \\', type: 'counter', labels: { x: 'say "hi"\n\\' }, value: 1.5 },
    { name: 'b', help: 'b', type: 'gauge', value: Number.POSITIVE_INFINITY },
    { name: 'a_total', help: 'first\nline \\', type: 'counter', value: Number.NaN },
  ] as const;
  assert.equal(
    toPrometheus(metrics),
    [
      '# HELP a_total first\\nline \\\\',
      '# TYPE a_total counter',
      'a_total{x="say \\"hi\\"\\n\\\\"} 1.5',
      'a_total NaN',
      '# HELP b b',
      '# TYPE b gauge',
      'b +Inf',
      '',
    ].join('\n'),
  );
  assert.deepEqual(toJson(withLabel(metrics.slice(1, 2), 'service', 'kafka')), {
    gauges: { 'b{service="kafka"}': { value: Number.POSITIVE_INFINITY } },
    counters: {},
  });
});

test('how a service stands: health, runs and steps that are open, tasks by state', () => {
  const state = exampleState({
    runs: [run('run-1', { ended }), run('run-2', { plan: 'update' })],
    steps: [step('run-2', 0), step('run-2', 1, { status: 'STARTED' }), step('run-2', 2, { status: 'PENDING' })],
    tasks: [task(0), task(1, { state: 'STAGING', ready: false })],
  });
  const { gauges } = toJson(stateMetrics(state));
  const values = Object.fromEntries(Object.entries(gauges).map(([name, { value }]) => [name, value]));
  assert.deepEqual(values, {
    warder_service_healthy: 0,
    warder_service_degraded: 0,
    'warder_runs{plan="update",run="run-2",status="IN_PROGRESS"}': 1,
    'warder_steps{status="COMPLETE"}': 1,
    'warder_steps{status="STARTED"}': 1,
    'warder_steps{status="PENDING"}': 1,
    'warder_tasks{state="RUNNING"}': 1,
    'warder_tasks{state="STAGING"}': 1,
    warder_tasks_ready: 1,
    warder_instances: 3,
    warder_steps_unplaced: 0,
    warder_configurations: 1,
  });
});

test('answers are counted by their status', () => {
  const traffic = new Traffic();
  for (const status of [200, 404, 200]) traffic.answered(status);
  assert.deepEqual(
    traffic.metrics().map(({ labels, value }) => [labels?.['status'], value]),
    [
      ['200', 2],
      ['404', 1],
    ],
  );
});
